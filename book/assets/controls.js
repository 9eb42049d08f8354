// What the theme takes from Bootstrap and Popper, of which the book needs a thirtieth: menus that
// open, the contents of a page with the section that is read, and the button that leads back to the
// top.  What a button does the browser itself says, from its title.
(() => {
  "use strict";

  // A menu closes when anything else is pressed, and with Escape (the theme opens it for a mouse).
  const menus = document.querySelectorAll('[data-bs-toggle="dropdown"]');
  const open = (button, on) => {
    button.classList.toggle("show", on);
    button.setAttribute("aria-expanded", on);
  };
  const isOpen = (button) => button.classList.contains("show");
  document.addEventListener("click", ({ target }) => {
    for (const button of menus) open(button, button.contains(target) && !isOpen(button));
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const button of menus) {
      if (!isOpen(button)) continue;
      open(button, false);
      button.focus();
    }
  });

  // The section that is read is the last of those that reach into the upper part of the screen.
  const sections = new Map();
  for (const link of document.querySelectorAll('.bd-toc-nav a[href^="#"]')) {
    const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (section) sections.set(section, link);
  }
  const seen = new Set();
  const reading = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target);
      const links = [...sections].filter(([section]) => seen.has(section)).map(([, link]) => link);
      if (!links.length) return;
      for (const link of sections.values()) link.classList.toggle("active", link === links.at(-1));
    },
    { rootMargin: "0px 0px -60%" },
  );
  for (const section of sections.keys()) reading.observe(section);

  // Who scrolls back may want to go all the way.
  const back = document.getElementById("pst-back-to-top");
  const tall = () => document.documentElement.scrollHeight;
  let [before, height] = [scrollY, tall()];
  addEventListener(
    "scroll",
    () => {
      const [moved, grown] = [scrollY - before, tall() - height];
      [before, height] = [scrollY, tall()];
      // What is laid out above moves the page, too, by as much as it grows.
      if (!back || (moved * grown > 0 && Math.abs(moved) <= Math.abs(grown))) return;
      back.style.display = moved < 0 && scrollY > innerHeight ? "block" : "none";
    },
    { passive: true },
  );
  back?.addEventListener("click", () => scrollTo(0, 0));
})();
