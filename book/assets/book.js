// What every page does once it is read: copied formulas are TeX, boxes that scroll can be
// scrolled with the keyboard, and what is folded is printed.

// What book/tools/packing.py packed.
const unpacked = async (packed) => {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
};
globalThis.unpacked = unpacked;

// What is far from what is seen follows when the page is idle, a piece at a time, so that all of it is
// there soon for who scrolls far.
const SETTLED = 1000;
const pieces = [];
let settled = false;
let busy = false;
const turn = () => {
  busy = settled && pieces.length > 0;
  if (!busy) return;
  pieces.shift()();
  (globalThis.requestIdleCallback ?? setTimeout)(turn);
};
globalThis.whenIdle = (piece) => {
  pieces.push(piece);
  if (!busy) turn();
};
addEventListener("load", () =>
  setTimeout(() => {
    settled = true;
    turn();
  }, SETTLED),
);

(() => {
  "use strict";

  // Long pages keep their drawings aside (book/tools/typeset.py), until they are near what is seen.
  let aside = null;
  const texOf = (svg) => {
    const name = svg.querySelector("use")?.getAttribute("href").slice(1);
    const drawn = document.getElementById(name);
    return svg.dataset.tex ?? aside?.formulas[name]?.[0] ?? drawn?.dataset.tex ?? svg.getAttribute("aria-label");
  };
  const draw = (name) => {
    const drawn = aside.formulas[name];
    if (document.getElementById(name) || !drawn) return;
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "g");
    drawing.id = name;
    drawing.setAttribute("transform", "scale(1 -1)");
    drawing.innerHTML = drawn[1].replace(/\{(\w+) (\S+) (\S+)\}/g, '<use href="#$1" x="$2" y="$3"/>');
    document.getElementById("drawn").append(drawing);
  };
  const unpack = async (packed) => {
    aside = await unpacked(packed);
    document.getElementById("drawn").insertAdjacentHTML("beforeend", aside.glyphs);
    const formulas = document.querySelectorAll("svg.tex");
    for (const formula of formulas) {
      const drawn = aside.formulas[formula.querySelector("use")?.getAttribute("href").slice(1)];
      if (!drawn) continue;
      // The first piece has the words of all.
      const said = drawn[2] === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": drawn[2] };
      for (const [name, value] of Object.entries(said)) formula.setAttribute(name, value);
    }
    for (const button of document.querySelectorAll("[data-packed]")) {
      button.dataset.copy = aside.copies[button.dataset.packed];
    }
    document.documentElement.dataset.drawings = "unpacked";
    const near = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (!isIntersecting) continue;
          near.unobserve(target);
          draw(target.querySelector("use").getAttribute("href").slice(1));
        }
      },
      { rootMargin: "100% 100%" },
    );
    for (const formula of formulas) near.observe(formula);
    const FEW = 40;
    for (let i = 0; i < formulas.length; i += FEW) {
      // What is folded is drawn when it is opened.
      const shown = () => [...formulas].slice(i, i + FEW).filter((formula) => formula.checkVisibility());
      globalThis.whenIdle(() => shown().forEach((formula) => draw(formula.querySelector("use").getAttribute("href").slice(1))));
    }
  };
  const packed = document.getElementById("drawings");
  if (packed) unpack(packed.textContent);

  // A selection is copied with the TeX of its formulas.
  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (selection.isCollapsed || !event.clipboardData) return;
    const holder = document.createElement("div");
    for (let i = 0; i < selection.rangeCount; i += 1) holder.append(selection.getRangeAt(i).cloneContents());
    // The first piece of a formula that is set in lines has the TeX of all.
    const drawings = holder.querySelectorAll(".broken, svg.tex");
    if (!drawings.length) return;
    for (const drawing of drawings) {
      const [svg] = drawing.matches("svg") ? [drawing] : drawing.getElementsByTagName("svg");
      if (!svg || !holder.contains(drawing)) continue;
      const mark = drawing.closest(".drawing") ? "$$" : "$";
      drawing.replaceWith(`${mark}${texOf(svg)}${mark}`);
    }
    // Text as it is laid out is that of an element in the page.
    holder.style.cssText = "position: fixed; left: -9999px; white-space: pre-wrap";
    document.body.append(holder);
    event.clipboardData.setData("text/plain", holder.innerText);
    holder.remove();
    event.preventDefault();
  });

  // A box that scrolls sideways can be reached with the tabulator, and moved with the arrows. Each is
  // looked at when it gets its size, which it has not as long as it is folded or far from what is seen.
  const boxes = ".drawing, .math-piece, pre, .cell_output, table, .bd-article .output, .claims-table, .wide";
  const sizes = new ResizeObserver((entries) => {
    // First everything is read and then everything is written, or each change would lay the page out anew.
    const found = entries.map(({ target }) => [
      target,
      (target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight) &&
        /auto|scroll/.test(getComputedStyle(target).overflow),
    ]);
    for (const [box, scrolls] of found) {
      if (scrolls) box.tabIndex = 0;
      else if (box.tabIndex === 0) box.removeAttribute("tabindex");
    }
  });
  for (const box of document.querySelectorAll(boxes)) sizes.observe(box);

  // Cards are laid out when they are near (cards.css), and the others then.
  for (const card of document.querySelectorAll(".claim-card")) {
    globalThis.whenIdle(() => {
      card.style.contentVisibility = "visible";
    });
  }

  // Printed, everything is unfolded; afterwards it is as it was.
  addEventListener("beforeprint", () => {
    if (aside) Object.keys(aside.formulas).forEach(draw);
    for (const fold of document.querySelectorAll("details:not([open])")) {
      fold.open = true;
      fold.dataset.printed = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const fold of document.querySelectorAll("details[data-printed]")) {
      fold.open = false;
      delete fold.dataset.printed;
    }
  });
})();
