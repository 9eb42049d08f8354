// Starting what is looked at.

/** How long after its load a page may be called idle, in ms. */
const SETTLED = 1000;

/**
 * Call `start` once: when `element` is a screen away from what is seen, when it is to be printed, or
 * when the page is idle.
 */
export const whenNear = (element, start) => {
  let started = false;
  const begin = () => {
    if (started) return;
    started = true;
    watch.disconnect();
    removeEventListener("beforeprint", begin);
    start();
  };
  const watch = new IntersectionObserver((entries) => entries.some((one) => one.isIntersecting) && begin(), { rootMargin: "100%" });
  watch.observe(element);
  addEventListener("beforeprint", begin);
  const idle = () => setTimeout(() => (globalThis.requestIdleCallback ?? setTimeout)(begin), SETTLED);
  if (document.readyState === "complete") idle();
  else addEventListener("load", idle, { once: true });
};
