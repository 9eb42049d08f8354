// Drawing in step with the screen.

/** Draw once for each frame, whatever happens in between. */
export const paced = (draw) => {
  let waiting = false;
  let settled = false;
  return (done) => {
    settled ||= done;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const now = settled;
      settled = false;
      draw(now);
    });
  };
};
