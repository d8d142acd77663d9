// Words, by the rule of annotator/text/tokens.py: change both or neither. Offsets are code points.
import { codePoints } from "./offsets.js";

const CJK =
  /[\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u{1b000}-\u{1b16f}\u{20000}-\u{3ffff}]/u;
const JOINERS = new Set("’'-.\u2010\u2011\u00ad\u200c\u200d");
// Every character becomes one letter for its class; the rule is then a regular expression of classes.
const TOKEN = /[wm]+(?:[jz][wm]+)*|rr?m*|om*(?:zom*)*|[jz]m*/g;

function classOf(character) {
  const code = character.codePointAt(0);
  if (code === 0x200d) return "z";
  if (JOINERS.has(character)) return "j";
  if (code >= 0x1f1e6 && code <= 0x1f1ff) return "r";
  if ((code >= 0x1f3fb && code <= 0x1f3ff) || (code >= 0xe0020 && code <= 0xe007f)) return "m";
  if (/\p{M}/u.test(character)) return "m";
  if (code === 0xfeff || /[\p{Z}\p{Cc}]/u.test(character)) return "s";
  return /[\p{L}\p{N}]/u.test(character) && !CJK.test(character) ? "w" : "o";
}

/** The tokens of a text as [start, end]: words, and other characters one by one. */
export function tokens(text) {
  const classes = Array.from(text, classOf).join("");
  return Array.from(classes.matchAll(TOKEN), (found) => [found.index, found.index + found[0].length]);
}

const kept = new Map(); // by the id of the paragraph: its text never changes

/** The tokens of a paragraph, from its start. */
export function tokensOf(paragraph) {
  if (!kept.has(paragraph.id)) kept.set(paragraph.id, tokens(paragraph.textContent));
  return kept.get(paragraph.id);
}

/** Where the characters of a paragraph begin and end, as readers see them, from its start. */
export function unitsOf(paragraph) {
  const edges = [0];
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(paragraph.textContent))
    edges.push(edges.at(-1) + codePoints(segment));
  return edges;
}

/** Grow a selection inside a paragraph to whole tokens; null when it holds white space only. */
export function snap(paragraph, start, end) {
  const within = tokensOf(paragraph).filter(([first, last]) => first < end && last > start);
  return within.length ? [within[0][0], within.at(-1)[1]] : null;
}

/** Let outer white space fall off a selection inside a paragraph; null when nothing else is left. */
export function trim(paragraph, start, end) {
  const characters = Array.from(paragraph.textContent);
  while (start < end && classOf(characters[start]) === "s") start++;
  while (end > start && classOf(characters[end - 1]) === "s") end--;
  return start < end ? [start, end] : null;
}
