// The stretches that a text is made of: words, sentences, paragraphs, and what it offers (candidates.js).
// All are [start, end] in code points of the article.
import { endOf, paragraphAt, paragraphs, startOf } from "./offsets.js";
import { names, quotations } from "./candidates.js";
import { tokensOf } from "./tokens.js";

const sentences = JSON.parse(document.getElementById("sentences")?.textContent ?? "[]");
const WORD = /[\p{L}\p{N}]/u;

/** The token around an offset, else the one that ends there; undefined outside of the text. */
export function tokenAt(offset) {
  const found = tokensAround(offset);
  return found.find(([start, end]) => start <= offset && offset < end) ?? found.find(([, end]) => end === offset);
}

/** The token before or after [start, end], over paragraphs too; `words` passes punctuation over. */
export function tokenBeside([start, end], direction, words = false) {
  const all = paragraphs();
  let at = all.indexOf(paragraphAt(direction > 0 ? end : start));
  for (; at >= 0 && at < all.length; at += direction) {
    const found = absolute(all[at]).filter(([first, last]) => (direction > 0 ? first >= end : last <= start));
    const text = words && Array.from(all[at].textContent);
    const fit = words ? found.filter(([first, last]) => isWord(text, first, last, startOf(all[at]))) : found;
    if (fit.length) return fit.at(direction > 0 ? 0 : -1);
  }
}

/** The sentence that an offset lies in. */
export const sentenceAt = (offset) => sentences.find(([start, end]) => start <= offset && offset <= end);

/** Where the sentence or paragraph before or after an offset begins; undefined at the ends of the text. */
export function beside(unit, offset, direction) {
  const starts = unit === "sentence" ? sentences.map(([start]) => start) : paragraphs().map(startOf);
  return direction > 0 ? starts.find((start) => start > offset) : starts.findLast((start) => start < offset);
}

/** The end of the sentence or paragraph beyond an offset, or (backwards) its start. */
export function edgeBeyond(unit, offset, direction) {
  if (direction < 0) return beside(unit, offset, -1);
  const ends = unit === "sentence" ? sentences.map(([, end]) => end) : paragraphs().map(endOf);
  return ends.find((end) => end > offset);
}

/** All that encloses [start, end], the shortest first: the ladder of `e`. */
export function around(start, end) {
  const paragraph = paragraphAt(start);
  const rungs = [
    tokenAt(start),
    ...names,
    ...quotations.map(outer),
    sentenceAt(start),
    paragraph && [startOf(paragraph), endOf(paragraph)],
  ];
  return rungs
    .filter((rung) => rung && rung[0] <= start && end <= rung[1])
    .sort((one, other) => one[1] - one[0] - (other[1] - other[0]));
}

/** The outer bounds of pieces. */
export function outer({ pieces }) {
  return [pieces[0][0], pieces.at(-1)[1]];
}

function tokensAround(offset) {
  const paragraph = paragraphAt(offset);
  return paragraph ? absolute(paragraph) : [];
}

function absolute(paragraph) {
  const base = startOf(paragraph);
  return tokensOf(paragraph).map(([start, end]) => [start + base, end + base]);
}

function isWord(characters, start, end, base) {
  return WORD.test(characters.slice(start - base, end - base).join(""));
}
