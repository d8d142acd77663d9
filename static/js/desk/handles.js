// Handles at the edges of the selected span: drag one to a word (to a character with Alt held).
import { moved, setEdge } from "./edges.js";
import { highlight } from "./highlight.js";
import { offsetAtPoint, rangesOf } from "./offsets.js";
import { edgeOf, layer, placed } from "./overlay.js";
import { hold } from "./selection.js";
import { current } from "./select.js";
import { isClosed } from "./act.js";
import { tokenAt, tokenBeside } from "./units.js";

const AWAY = 18; // pixels from the middle of a handle to the line that it belongs to
const editable = Boolean(document.getElementById("text").dataset.edits);
const handles = layer("handles");
let dragged = null; // {key, at, edge, offset}

/** Put handles at each piece of the selected span: its start hangs from above, its end from below. */
export function draw() {
  if (dragged) return;
  const span = editable && !isClosed() ? current() : null;
  handles.replaceChildren(...(span?.pieces ?? []).flatMap((piece, at) => ["start", "end"].flatMap((edge) => handle(piece, at, edge))));
}

function handle(piece, at, edge) {
  const ranges = rangesOf([piece]);
  const range = edge === "start" ? ranges[0] : ranges.at(-1);
  const place = range && edgeOf(range, edge);
  const grip = document.createElement("i");
  grip.className = `handle handle--${edge}`;
  Object.assign(grip.dataset, { at, edge });
  return place ? [placed(grip, place.x, edge === "start" ? place.top : place.bottom)] : [];
}

function begin(event) {
  const grip = event.target.closest(".handle");
  if (!grip) return;
  event.preventDefault();
  event.stopPropagation();
  grip.setPointerCapture(event.pointerId);
  dragged = { span: current(), at: Number(grip.dataset.at), edge: grip.dataset.edge };
  handles.classList.add("is-dragging"); // so that the text is found below the pointer, not the handle
  hold();
}

function drag(event) {
  if (!dragged) return;
  const offset = offsetAtPoint(event.clientX, event.clientY + (dragged.edge === "start" ? AWAY : -AWAY));
  if (offset === null) return;
  dragged.offset = event.altKey ? offset : wordEdge(offset, dragged.edge);
  const pieces = moved(dragged.span, dragged.at, dragged.edge, dragged.offset);
  if (pieces) highlight("selected", pieces);
}

function end() {
  if (!dragged) return;
  const { span, at, edge, offset } = dragged;
  dragged = null;
  handles.classList.remove("is-dragging");
  if (offset !== undefined) setEdge(span, at, edge, offset);
  highlight("selected", current()?.pieces ?? []);
  draw();
}

/** The edge of the word nearest to an offset, on the side that the handle is for. */
function wordEdge(offset, edge) {
  const word = tokenAt(offset) ?? tokenBeside([offset, offset], edge === "start" ? 1 : -1);
  return word ? word[edge === "start" ? 0 : 1] : offset;
}

handles.addEventListener("mousedown", (event) => event.preventDefault()); // it would begin a selection
handles.addEventListener("pointerdown", begin);
handles.addEventListener("pointermove", drag);
handles.addEventListener("pointerup", end);
handles.addEventListener("pointercancel", end);
