// {css, content: [{raw, extension}]} as JSON on stdin; on stdout the rules that match something,
// without the white space that nobody reads.
"use strict";

const postcss = require("postcss");
const { PurgeCSS } = require("purgecss");

const CLOSE = { before: "", between: "", after: "", afterName: " ", semicolon: false };

function closed(css) {
  const root = postcss.parse(css);
  root.raws.after = "";
  root.walk((node) => {
    if (node.type === "comment") node.remove();
    else Object.assign(node.raws, CLOSE, node.type === "decl" ? { between: ":" } : {});
  });
  return root.toString();
}

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
    // The mode of the page and of its printing are set by scripts and by the browser, and drawings
    // read the book's own variables.
    safelist: {
      standard: ["html", "body", ":root", "dark", "light", "auto"],
      greedy: [/data-theme/],
      variables: [/^--icl-/],
    },
  })
  .then(([result]) => process.stdout.write(closed(result.css)));
