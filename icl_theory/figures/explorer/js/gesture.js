// A pointer that is held down, from mouse, pen or finger.

/** Follow the pointer that `event` put down on `target` until it is let go. */
export const followed = (target, event, move, end) => {
  target.setPointerCapture(event.pointerId);
  const up = () => {
    target.removeEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) target.removeEventListener(name, up);
    end();
  };
  target.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) target.addEventListener(name, up);
};
