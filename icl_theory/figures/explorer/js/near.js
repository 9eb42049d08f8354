// Starting what is looked at.

/** Call `start` once, when `element` is a screen away from what is seen, or is to be printed. */
export const whenNear = (element, start) => {
  const begin = () => {
    watch.disconnect();
    removeEventListener("beforeprint", begin);
    start();
  };
  const watch = new IntersectionObserver((entries) => entries.some((one) => one.isIntersecting) && begin(), { rootMargin: "100%" });
  watch.observe(element);
  addEventListener("beforeprint", begin);
};
