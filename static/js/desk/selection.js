// What is being selected: painted as whole words while dragging, as characters with Alt held.
import { clip, offsetAt, positionAt, startOf } from "./offsets.js";
import { snap, trim } from "./tokens.js";
import { highlight } from "./highlight.js";

const pane = document.getElementById("text");
let pieces = [];
let caret = null; // the offset of the last click
let toldCaret = null; // as of the last event of our own
let byCharacter = false;
let dragging = false;
// Of a drag: a finger that begins to scroll has its drag cancelled.
const ENDS = ["pointerup", "pointercancel"];

/** The selected pieces, one for each paragraph; empty when nothing is selected. */
export const selected = () => pieces;
/** The offset of the last click. The browser tells of a new caret after the click that set it: ask. */
export const caretOffset = () => {
  const selection = getSelection();
  if (selection.isCollapsed && pane.contains(selection.anchorNode))
    caret = offsetAt(selection.anchorNode, selection.anchorOffset) ?? caret;
  return caret;
};

/** The same as of the browser's last event: for what is drawn, where asking would cost a layout. */
export const caretSeen = () => caret;

/** Wait until no drag is going on: replacing the text under it would tear it. */
export function settled() {
  if (!dragging) return Promise.resolve();
  return new Promise((resolve) => {
    for (const type of ENDS) addEventListener(type, () => setTimeout(resolve), { once: true });
  });
}

/** A drag has begun that is none of the selection's own: see `settled`. */
export function hold() {
  dragging = true;
}

/** Put the caret at an offset, with nothing selected. */
export function place(offset) {
  const at = positionAt(offset, true);
  if (at) getSelection().collapse(...at);
  caret = offset;
  pieces = [];
  told();
}

/** Select from one offset to another, snapped to words. */
export function take(start, end) {
  const [from, to] = [positionAt(start, true), positionAt(end)];
  if (!from || !to) return;
  byCharacter = false;
  getSelection().setBaseAndExtent(...from, ...to);
  read();
}

/** Forget the selection. */
export function clear() {
  getSelection().removeAllRanges();
  set([]);
}

/** Put the browser's selection where ours is: after a drag, and after paragraphs were replaced. */
export function restore() {
  if (!pieces.length) return;
  const from = positionAt(pieces[0][0], true);
  const to = positionAt(pieces.at(-1)[1]);
  if (from && to) getSelection().setBaseAndExtent(...from, ...to);
}

function finish() {
  read();
  restore();
}

function set(next) {
  if (String(next) === String(pieces) && caret === toldCaret) return highlight("selecting", next);
  pieces = next;
  told();
}

/** Say that the selection, or the place of the caret, is another one. */
function told() {
  toldCaret = caret;
  highlight("selecting", pieces);
  pane.dispatchEvent(new CustomEvent("desk:selection", { bubbles: true }));
}

/** Look at the browser's selection now; its own event comes a little later. (It costs a layout.) */
export function read() {
  const selection = getSelection();
  if (!selection.rangeCount || !pane.contains(selection.anchorNode)) return;
  if (selection.isCollapsed) {
    caret = offsetAt(selection.anchorNode, selection.anchorOffset) ?? caret;
    return set([]);
  }
  const fit = byCharacter ? trim : snap;
  set(
    clip(selection.getRangeAt(0)).flatMap(([paragraph, start, end]) => {
      const base = startOf(paragraph);
      const found = fit(paragraph, start - base, end - base);
      return found ? [[found[0] + base, found[1] + base]] : [];
    }),
  );
}

if (pane.dataset.edits) {
  document.addEventListener("selectionchange", read);
  for (const type of ["pointerdown", "pointermove"])
    pane.addEventListener(type, (event) => (byCharacter = event.altKey), { passive: true });
  pane.addEventListener("pointerdown", () => (dragging = true));
  for (const type of ENDS)
    addEventListener(type, () => {
      if (dragging) setTimeout(finish);
      dragging = false;
    });
}
