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

/** Where words begin or end on the page, {x, top, bottom}: at the right where they run to the left. */
export function edgeOf(range, edge) {
  const one = range.cloneRange();
  if (edge === "start") one.setEnd(range.startContainer, nextTo(range.startContainer.data, range.startOffset, 1));
  else one.setStart(range.endContainer, nextTo(range.endContainer.data, range.endOffset, -1));
  const boxes = one.getClientRects();
  const box = edge === "start" ? boxes[0] : boxes[boxes.length - 1];
  if (!box) return null;
  const { top, bottom } = box;
  return { x: runsToTheLeft(one) === (edge === "start") ? box.right : box.left, top, bottom };
}

/** The next position in a string that lies between two characters. */
function nextTo(string, at, way) {
  const pair = way > 0 ? string.codePointAt(at) > 0xffff : /[\udc00-\udfff]/.test(string[at - 1]);
  return at + way * (pair ? 2 : 1);
}

/** Letters say where they run to; marks and spaces do as their paragraph does. */
function runsToTheLeft(range) {
  const character = String(range);
  if (/[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(character)) return !/\p{N}/u.test(character);
  return !/[\p{L}\p{N}]/u.test(character) && range.startContainer.parentElement.matches(":dir(rtl)");
}

/** Call `draw` whenever the text is laid out anew: another width, another size of letters. */
export function onLayout(draw) {
  new ResizeObserver(draw).observe(pane);
}
