// The edges of the selected span: moved by a word or a character, or dragged by their handles.
import { act } from "./act.js";
import { announce } from "./announce.js";
import { changeSpan } from "./edits.js";
import { endOf, paragraphAt, paragraphs, startOf, textOf } from "./offsets.js";
import { caretOffset } from "./selection.js";
import { current } from "./select.js";
import { merged } from "./pieces.js";
import { tokenBeside, tokenAt } from "./units.js";
import { unitsOf } from "./tokens.js";

/** Move the start or end of the piece at the caret by a word or a character; `direction` is 1 or -1. */
export function nudge(edge, unit, direction) {
  const span = current();
  if (!span) return;
  const at = pieceOf(span);
  const [start, end] = span.pieces[at];
  const old = edge === "start" ? start : end;
  const next = unit === "word" ? wordEdge(edge, old, direction) : characterEdge(old, direction);
  if (next !== undefined) setEdge(span, at, edge, next);
}

/** Put an edge of a piece somewhere else; nothing happens where the piece would be empty. */
export function setEdge(span, at, edge, offset) {
  const pieces = moved(span, at, edge, offset);
  if (!pieces || String(pieces) === String(span.pieces)) return;
  act([changeSpan(span.key, { pieces })]);
  announce(pieces.map(textOf).join(" … "));
}

/** The pieces with one edge at another offset; null when that leaves nothing of the piece. */
export function moved({ pieces }, at, edge, offset) {
  const [start, end] = pieces[at];
  const piece = edge === "start" ? [offset, end] : [start, offset];
  if (piece[0] >= piece[1]) return null;
  return merged([...pieces.slice(0, at), piece, ...pieces.slice(at + 1)]);
}

/** Which piece is meant: the one at the caret, else the last one. */
function pieceOf({ pieces }) {
  const offset = caretOffset();
  const found = pieces.findIndex(([start, end]) => offset !== null && start <= offset && offset <= end);
  return found < 0 ? pieces.length - 1 : found;
}

/** The edge of the next word; it never leaves the article. */
function wordEdge(edge, offset, direction) {
  const side = edge === "start" ? 0 : 1;
  const outwards = (edge === "end") === direction > 0;
  const cut = tokenAt(offset);
  if (outwards && cut && cut[0] < offset && offset < cut[1]) return cut[side]; // a word of which a part is in
  const last = tokenBeside([offset, offset], -1); // for an end: the word that falls off
  const from = outwards ? [offset, offset] : edge === "start" ? cut : last;
  return from && tokenBeside(from, direction)?.[side];
}

/** The edge by one character as a reader sees it: an emoji of seven code points is one. */
function characterEdge(offset, direction) {
  const paragraph = paragraphAt(offset);
  const base = startOf(paragraph);
  const edges = unitsOf(paragraph).map((at) => at + base);
  const next = direction > 0 ? edges.find((at) => at > offset) : edges.findLast((at) => at < offset);
  if (next !== undefined) return next;
  const all = paragraphs();
  const beside = all[all.indexOf(paragraph) + direction];
  return beside && (direction > 0 ? startOf(beside) + 1 : endOf(beside) - 1);
}
