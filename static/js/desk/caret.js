// The caret of the keyboard: it stands on a word, moves by words, sentences, paragraphs, and extends.
import { announce } from "./announce.js";
import { highlight } from "./highlight.js";
import { paragraphs, startOf, wordsOf } from "./offsets.js";
import { caretOffset, caretSeen, place, selected, take } from "./selection.js";
import { around, beside, edgeBeyond, outer, tokenAt, tokenBeside } from "./units.js";
import { current } from "./select.js";
import { reveal } from "./reveal.js";

const pane = document.getElementById("text");
let extending = null; // {from, to}: the words where Shift was pressed first, and where it is now
let rungs = []; // what `e` has grown, so that Shift+E goes the same way back

/** Move by a word, sentence or paragraph; `direction` is 1 or -1. */
export function move(unit, direction) {
  const now = here();
  const next = unit === "word" ? tokenBeside(now, direction, true) : tokenAt(beside(unit, now[0], direction));
  if (next) goTo(next);
}

/** Stand on a word (or the first of a stretch), let go of what was selected, and say where that is. */
export function goTo([start, end], words = wordsOf([[start, end]])) {
  forget();
  place(start);
  reveal([[start, end]]);
  announce(words);
}

/** Extend the selection by a word, sentence or paragraph. */
export function extend(unit, direction) {
  extending ??= { from: here(), to: here() };
  const { from, to } = extending;
  const next = unit === "word" ? tokenBeside(to, direction) : furthest(unit, to, direction);
  if (!next) return;
  extending.to = next;
  select(Math.min(from[0], next[0]), Math.max(from[1], next[1]));
}

/** Grow what is selected to the next larger unit: word, name or quotation, sentence, paragraph. */
export function grow() {
  const now = selected().length ? outer({ pieces: selected() }) : null;
  const [start, end] = now ?? [here()[0], here()[0]];
  const next = around(start, end).find(([first, last]) => !now || last - first > end - start);
  if (!next) return;
  const path = now && rungs.length ? rungs : [];
  select(...next);
  rungs = [...path, next];
}

export function shrink() {
  const [now, ...rest] = rungs.toReversed();
  if (!now || String(now) !== String(outer({ pieces: selected() }))) return;
  const path = rest.toReversed();
  if (path.length) select(...path.at(-1));
  else place(now[0]);
  rungs = path;
}

/** Paint the word that the caret stands on, unless something else there is painted already. */
export function draw(isOffered) {
  const offset = selected().length || isOffered ? null : caretSeen();
  if (current()?.pieces.some(([start, end]) => start <= offset && offset < end)) return highlight("caret", []);
  const word = offset !== null && document.activeElement === pane ? tokenAt(offset) : null;
  highlight("caret", word ? [word] : []);
}

/** The selection was made some other way: extending begins anew. */
export function forget() {
  extending = null;
  rungs = [];
}

/** Where the keyboard is: the selection, the caret's word, the selected span, else the first word in sight. */
function here() {
  if (selected().length) return outer({ pieces: selected() });
  const span = current();
  const offset = caretOffset() ?? span?.pieces[0][0] ?? firstInSight();
  return tokenAt(offset) ?? [offset, offset];
}

function firstInSight() {
  const seen = paragraphs().find((one) => one.getBoundingClientRect().bottom > 80);
  return seen ? startOf(seen) : 0;
}

/** The word at the next edge of a sentence or paragraph beyond [start, end]. */
function furthest(unit, [start, end], direction) {
  const edge = edgeBeyond(unit, direction > 0 ? end : start, direction);
  return edge === undefined ? undefined : tokenAt(edge);
}

function select(start, end) {
  const keep = extending;
  take(start, end);
  extending = keep;
  reveal([[extending?.to[0] ?? start, extending?.to[1] ?? end]]);
  announce(wordsOf(selected()));
}
