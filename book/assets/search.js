// The search page: every section that has all the words asked for, best first, with an excerpt.
// Its text is in search-text.js (book/tools/search.py), so that no page is fetched.
(async () => {
  "use strict";

  const LIMIT = 60;
  const GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho ? sigma tau upsilon phi chi psi omega".split(" ");

  const fold = (text) => text.toLowerCase().normalize("NFC");
  // A Greek letter may be asked for by its name.
  const variants = (word) => {
    const letter = GREEK.indexOf(word);
    return letter < 0 ? [word] : [word, String.fromCodePoint(0x3b1 + letter)];
  };
  const count = (text, word) => variants(word).reduce((sum, one) => sum + text.split(one).length - 1, 0);

  // book.js unpacks.
  const entries = (await globalThis.unpacked(packedText)).map((entry) => ({
    ...entry,
    low: { title: fold(entry.title), heading: fold(entry.heading), text: fold(entry.text) },
  }));

  const find = (words) =>
    entries
      .map((entry) => {
        let score = 0;
        for (const word of words) {
          const hits = [count(entry.low.heading, word), count(entry.low.text, word), count(entry.low.title, word)];
          if (!hits[0] && !hits[1]) return null;
          score += 8 * Math.min(hits[0], 1) + 2 * Math.min(hits[2], 1) + Math.log2(1 + hits[1]);
        }
        return { entry, score };
      })
      .filter(Boolean)
      .sort((a, b) => b.score - a.score);

  // Text with the words asked for marked, as nodes: nothing in it is taken for HTML.
  const marked = (text, words) => {
    const low = fold(text);
    const nodes = [];
    let at = 0;
    while (at < text.length) {
      const next = words
        .flatMap(variants)
        .map((word) => [low.indexOf(word, at), word.length])
        .filter(([place]) => place >= 0)
        .sort((a, b) => a[0] - b[0] || b[1] - a[1])[0];
      if (!next) break;
      nodes.push(text.slice(at, next[0]));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(next[0], next[0] + next[1]);
      nodes.push(mark);
      at = next[0] + next[1];
    }
    return [...nodes, text.slice(at)];
  };

  const excerpt = (entry, words) => {
    const places = words.flatMap(variants).map((word) => entry.low.text.indexOf(word)).filter((place) => place >= 0);
    const first = places.length ? Math.min(...places) : 0;
    const start = first < 80 ? 0 : entry.text.lastIndexOf(" ", first - 60) + 1;
    const end = Math.min(entry.text.length, start + 240);
    return `${start ? "… " : ""}${entry.text.slice(start, end)}${end < entry.text.length ? " …" : ""}`;
  };

  const element = (tag, className, ...children) => {
    const node = document.createElement(tag);
    node.className = className;
    node.append(...children);
    return node;
  };

  const results = document.getElementById("search-results");
  const status = element("p", "search-status");
  status.setAttribute("role", "status");
  const list = element("ol", "search-list");
  results.append(status, list);

  const show = (query) => {
    const words = fold(query).split(/\s+/).filter(Boolean);
    const found = words.length ? find(words) : [];
    list.replaceChildren(
      ...found.slice(0, LIMIT).map(({ entry }) => {
        const link = element("a", "", ...marked(entry.heading || entry.title, words));
        link.href = entry.where;
        const where = entry.heading && entry.heading !== entry.title ? [element("span", "search-where", entry.title)] : [];
        return element("li", "", link, ...where, element("p", "search-excerpt", ...marked(excerpt(entry, words), words)));
      }),
    );
    status.textContent = !words.length
      ? "Words, symbols (τ or tau), names of claims and of functions."
      : found.length
        ? `${found.length} section${found.length === 1 ? "" : "s"}${found.length > LIMIT ? `, the best ${LIMIT} shown` : ""}.`
        : `Nothing in the book has ${words.length > 1 ? "all of " : ""}${words.map((word) => `“${word}”`).join(", ")}.`;
  };

  const form = document.querySelector(".bd-search-container form");
  const field = form.querySelector("input");
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(field.value);
  });
  field.addEventListener("input", () => {
    show(field.value);
    try {
      history.replaceState(null, "", `?q=${encodeURIComponent(field.value)}`);
    } catch {
      // From a disk some browsers keep the address as it is.
    }
  });
  show(field.value);
})();
