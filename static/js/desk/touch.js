// Tapping: the first word, then the last word, then a label. A tap on a tagged span selects it as well, and a
// second tap in that span means its words. The same word twice is a place: a label takes what the text offers there,
// the quotation. The browser's own long press and handles work, too.
import { announce } from "./announce.js";
import { quotations } from "./candidates.js";
import { textOf } from "./offsets.js";
import { clear, place, selected, take } from "./selection.js";
import { current, select } from "./select.js";
import { awaited } from "./open.js";
import * as spans from "./spans.js";
import { tokenAt } from "./units.js";

let first = null; // {word, key}: the word of the first tap, and the span that it selected

/** A tap on the text at an offset (null: beside it). */
export function tap(offset) {
  const word = offset === null ? undefined : tokenAt(offset);
  const here = word ? spans.at(offset).map(({ key }) => key) : [];
  if (word && first && String(selected()) === String([first.word]) && (!first.key || here.includes(first.key))) {
    const from = first;
    first = null;
    if (String(from.word) === String(word)) return there(word);
    take(...withMarks(Math.min(from.word[0], word[0]), Math.max(from.word[1], word[1])));
    return announce("words selected: choose a label");
  }
  const key = here[(here.indexOf(current()?.key) + 1) % here.length];
  if (key || !awaited()) select(key ?? null);
  first = word ? { word, key } : null;
  if (!word) return clear();
  take(...word);
  announce("first word: tap the last one, or choose a label");
}

/** Whoever taps the first and the last word of a quotation means its marks as well: they are too small to tap. */
function withMarks(start, end) {
  const pieces = quotations.flatMap((one) => one.pieces);
  const isWhole = ([from, to]) => from <= start && end <= to && !hasWords(from, start) && !hasWords(end, to);
  return pieces.find(isWhole) ?? [start, end];
}

const hasWords = (from, to) => from < to && /[\p{L}\p{N}]/u.test(textOf([from, to]));

function there([start]) {
  place(start);
  announce("nothing selected: a label takes what is here");
}
