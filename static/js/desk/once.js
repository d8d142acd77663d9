// Draw once a frame, however many changes one action makes; and at once when a key or a click needs it.

/** Return a function that has `draw` called before the next frame. */
export function oncePerFrame(draw) {
  let waiting = 0;
  const now = () => {
    if (!waiting) return;
    cancelAnimationFrame(waiting);
    waiting = 0;
    draw();
  };
  // The next key may press a button that is not drawn yet; a page in the background has no frames.
  for (const type of ["keydown", "click", "visibilitychange"]) document.addEventListener(type, now, true);
  return () => {
    waiting ||= requestAnimationFrame(now);
  };
}
