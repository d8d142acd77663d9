// Tag what is selected, or what the text offers at the caret; re-label what is selected already.
import { act } from "./act.js";
import { addRelation, addSpan, changeSpan, newId, removeSpan } from "./edits.js";
import { announce } from "./announce.js";
import { askedOf } from "./schema.js";
import { caretOffset, clear, selected } from "./selection.js";
import { all, at, get, linksOf, numberOf } from "./spans.js";
import { choose, current, select } from "./select.js";
import { quotationAt } from "./candidates.js";

/** A letter or a label's button. Words selected: a new span. A span selected: its label. Else the quotation. */
export function tag(label) {
  const span = current();
  if (selected().length) return make(label, selected());
  if (span && span.label !== label) {
    announce(`${numberOf(span)} is now ${label}`);
    return act([changeSpan(span.key, { label })]);
  }
  const candidate = caretOffset() !== null && quotationAt(caretOffset());
  if (candidate && !exists(label, candidate)) make(label, candidate);
}

function exists(label, pieces) {
  return all().some((span) => span.label === label && String(span.pieces) === String(pieces));
}

/** Make a span. When the selected span waits for one of this label, link it as well. */
function make(label, pieces) {
  const id = newId();
  const open = current();
  const asked = open && askedOf(open.label);
  const waits = asked?.target === label && !linksOf(open).some((link) => link.type === asked.type);
  const edits = [addSpan(id, label, pieces)];
  if (waits) edits.push(addRelation(asked.type, open.key, id));
  clear();
  choose(waits ? open.key : id);
  act(edits);
  announce(waits ? `${label} tagged and linked to ${numberOf(get(open.key))}` : `${label} tagged`);
}

/** Add what is selected to the selected span, as pieces. */
export function addPiece() {
  const span = current();
  if (!span || !selected().length) return;
  act([changeSpan(span.key, { pieces: merged([...span.pieces, ...selected()]) })]);
  clear();
  announce("piece added");
}

/** Take away the piece that was clicked; a span with one piece is left alone. */
export function removePiece() {
  const span = current();
  const rest = span?.pieces.filter(([start, end]) => caretOffset() < start || caretOffset() > end);
  if (!rest?.length || rest.length === span.pieces.length) return;
  act([changeSpan(span.key, { pieces: rest })]);
  announce("piece removed");
}

export function remove() {
  const span = current();
  if (!span) return;
  announce(`${numberOf(span)} removed`);
  choose(null);
  act([removeSpan(span.key)]);
}

/** Select the next of the spans on top of each other at the caret. */
export function cycle() {
  const here = at(caretOffset() ?? current()?.pieces[0][0] ?? -1).map(({ key }) => key);
  if (here.length) select(here[(here.indexOf(current()?.key) + 1) % here.length]);
}

/** Pieces as they will be stored: sorted, those that overlap or touch as one. */
function merged(pieces) {
  const result = [];
  for (const [start, end] of pieces.sort(([one], [other]) => one - other)) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
