// What a letter takes when no words are selected: that which the text offers at the caret, for its label.
import { names, cues, quotationAt, quotations } from "./candidates.js";
import { highlight } from "./highlight.js";
import { caretOffset, caretSeen, selected } from "./selection.js";
import { sentenceAt, tokenAt } from "./units.js";
import { all } from "./spans.js";
import { buttonOf, takers } from "./schema.js";
import { textOf } from "./offsets.js";

/** The pieces that a letter would take now; undefined when there is nothing for it. */
export function offered(label) {
  const offset = caretOffset();
  return offset === null ? undefined : OFFERS[buttonOf(label).dataset.takes](offset);
}

const OFFERS = {
  quotation: (offset) => quotationAt(offset),
  name: (offset) => one(around(names, offset) ?? tokenAt(offset)),
  cue: (offset) => one(around(cues, offset) ?? tokenAt(offset)),
  statement: (offset) => quotationAt(offset) ?? one(withoutStop(sentenceAt(offset))),
};

/** The quotation with which a quote goes on after an interruption, unless it is tagged. */
export function continuation({ pieces }) {
  const has = (quotation) => quotation.pieces.every((piece) => pieces.some((own) => String(own) === String(piece)));
  const following = quotations.find(
    (quotation) => quotation.continues !== null && has(quotations[quotation.continues]) && !has(quotation),
  );
  return following && !isQuoted(following.pieces) ? following.pieces : undefined;
}

/** Paint what is offered: the rest of the selected quote, else the quotation at the caret. Say if there is one. */
export function draw(span) {
  const offset = selected().length || span ? null : caretSeen();
  const rest = span && takers("quotation").includes(span.label) && continuation(span);
  const here = offset === null ? undefined : quotationAt(offset);
  const pieces = rest || (here && !isQuoted(here) ? here : []);
  highlight("offer", pieces);
  return pieces.length > 0;
}

function isQuoted(pieces) {
  const labels = takers("quotation");
  return all().some((span) => labels.includes(span.label) && String(span.pieces) === String(pieces));
}

const around = (stretches, offset) => stretches.find(([start, end]) => start <= offset && offset <= end);
const one = (stretch) => stretch && [stretch];

/** A sentence without the stop at its end: that belongs to the text, not to what is claimed. */
function withoutStop(sentence) {
  if (!sentence) return undefined;
  const [start, end] = sentence;
  const stops = /[.!?…。！？]*$/u.exec(textOf(sentence))[0].length;
  return [start, end - stops];
}
