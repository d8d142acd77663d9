// What lies over the text and takes no room in it: badges, handles, arcs. Places are relative to the pane.
const pane = document.getElementById("text");

/** The element that holds one kind of marks. */
export const layer = (name) => document.getElementById(`overlay-${name}`);

/** Put an element at a point of the window. */
export function placed(element, x, y) {
  const [left, top] = local(x, y);
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
  return element;
}

/** A point of the window in the coordinates of the pane. */
export function local(x, y) {
  const box = pane.getBoundingClientRect();
  return [x - box.left, y - box.top];
}

/** Call `draw` whenever the text is laid out anew: another width, another size of letters. */
export function onLayout(draw) {
  new ResizeObserver(draw).observe(pane);
}
