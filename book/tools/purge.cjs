// {css, content: [{raw, extension}]} as JSON on stdin; on stdout the rules that match something.
"use strict";

const { PurgeCSS } = require("purgecss");

const { css, content } = JSON.parse(require("fs").readFileSync(0, "utf8"));
new PurgeCSS()
  .purge({
    css: [{ raw: css }],
    content,
    variables: true,
    keyframes: true,
    fontFace: true,
    // Words of any kind: names of classes stand in scripts, too.
    defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
    // The mode of the page and of its printing are set by scripts and by the browser.
    safelist: { standard: ["html", "body", ":root", "dark", "light", "auto"], greedy: [/data-theme/] },
  })
  .then(([result]) => process.stdout.write(result.css));
