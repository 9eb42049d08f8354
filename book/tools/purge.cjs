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

// What rules can ask of a page: its elements, their attributes, and the values of these unless they are
// prose; and what its scripts set.  A word of the text is the name of a class by chance.
const TAG = /<[a-z](?:[^>"]|"[^"]*")*>/gi;
const PROSE = /(\s(?:alt|content|d|data-copy|data-tex|title)|^<svg class="tex".*? aria-label)="[^"]*"/g;
const SCRIPT = /<script>[^]*?<\/script>/g;
const words = (text) => text.match(/[\w-]+/g) ?? [];
const asked = (page) => {
  const tags = (page.match(TAG) ?? []).map((tag) => tag.replace(PROSE, "$1"));
  return [...new Set(words([...tags, ...(page.match(SCRIPT) ?? [])].join(" ")))];
};

const { css, content } = JSON.parse(require("fs").readFileSync(0, "utf8"));
new PurgeCSS()
  .purge({
    css: [{ raw: css }],
    content,
    variables: true,
    keyframes: true,
    fontFace: true,
    defaultExtractor: words,
    extractors: [{ extractor: asked, extensions: ["html"] }],
    // The mode of the page and of its printing are set by scripts and by the browser, and drawings
    // read the book's own variables.
    safelist: {
      standard: ["html", "body", ":root", "dark", "light", "auto"],
      greedy: [/data-theme/],
      variables: [/^--icl-/],
    },
  })
  .then(([result]) => process.stdout.write(closed(result.css)));
