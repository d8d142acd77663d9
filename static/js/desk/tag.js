// Tag what is selected, or what the text offers at the caret; re-label what is selected already.
import { act } from "./act.js";
import { addRelation, addSpan, changeSpan, newId, removeSpan } from "./edits.js";
import { announce } from "./announce.js";
import { continuation, offered } from "./offer.js";
import { awaited } from "./open.js";
import { caretOffset, clear, place, selected } from "./selection.js";
import { wordsOf } from "./offsets.js";
import { merged } from "./pieces.js";
import { meantBy } from "./registry.js";
import { namesEntity } from "./schema.js";
import { all, at, describe, get, numberOf } from "./spans.js";
import { choose, current, select } from "./select.js";
import { say } from "../toast.js";

/** A letter or a label's button. Words selected: a new span. A span selected: its label. Else what is offered. */
export function tag(label) {
  const span = current();
  if (selected().length) return make(label, selected());
  if (span && span.label !== label && !caretIsOutside(span)) {
    announce(`${numberOf(span)} is now ${label}`);
    return act([changeSpan(span.key, { label })]);
  }
  const pieces = offered(label);
  if (!pieces) return say(`The text offers no ${label} here. Select its words first, or grow a selection with e.`, "info");
  if (!exists(label, pieces)) make(label, pieces);
}

/** The caret was moved away from the selected span, by `[` or `]`: the letter is for what is there. */
function caretIsOutside({ pieces }) {
  const offset = caretOffset();
  return offset !== null && !pieces.some(([start, end]) => start <= offset && offset < end);
}

function exists(label, pieces) {
  return all().some((span) => span.label === label && String(span.pieces) === String(pieces));
}

/** Make a span. When the selected span waits for one of this label, link it as well. */
export function make(label, pieces) {
  const id = newId();
  const open = awaited();
  const waits = open?.target === label;
  const edits = [addSpan(id, label, pieces)];
  if (waits) edits.push(addRelation(open.type, open.span.key, id));
  place(pieces[0][0]);
  // Somebody new whom the registry may know: that is the next question. Else the quote stays selected.
  choose(waits && !meant(label, pieces) ? open.span.key : id);
  act(edits);
  announce(waits ? `${label} tagged and linked to ${numberOf(get(open.span.key))}` : `${label} tagged`);
}

const meant = (label, pieces) => namesEntity(label) && meantBy(wordsOf(pieces)).length > 0;

/** Add what is selected to the selected span, as pieces; else the quotation with which it goes on. */
export function addPiece() {
  const span = current();
  const more = selected().length ? selected() : span && continuation(span);
  if (!span || !more) return;
  act([changeSpan(span.key, { pieces: merged([...span.pieces, ...more]) })]);
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
  if (!here.length) return;
  select(here[(here.indexOf(current()?.key) + 1) % here.length]);
  announce(describe(current()));
}
