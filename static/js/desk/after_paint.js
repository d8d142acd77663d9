// First what was done is seen, then what surrounds it is drawn: once, however many changes one action makes.

/** Return a function that has `draw` called in the frame after the next, and at once when a key or a click needs it. */
export function afterPaint(draw) {
  let frame = 0;
  const now = () => {
    if (!frame) return;
    cancelAnimationFrame(frame);
    frame = 0;
    draw();
  };
  // The next key may press a button that is not drawn yet; a page in the background has no frames.
  for (const type of ["keydown", "click", "visibilitychange"]) document.addEventListener(type, now, true);
  return () => {
    frame ||= requestAnimationFrame(() => (frame = requestAnimationFrame(now)));
  };
}
