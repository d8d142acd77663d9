// What the text itself offers, as the server found it. Offsets are code points, lists are sorted by start.
const nothing = { quotations: [], names: [], cues: [] };
const element = document.getElementById("candidates");
const found = element ? JSON.parse(element.textContent) : nothing;

/** {pieces, depth, continues: the index of the quotation that it goes on with, or null} */
export const quotations = found.quotations;
/** [start, end] */
export const names = found.names;
/** Reporting words: [start, end] */
export const cues = found.cues;

const size = (pieces) => pieces.reduce((sum, [start, end]) => sum + end - start, 0);

/** The pieces of the shortest quotation around an offset, its far edge included; undefined when there is none. */
export function quotationAt(offset) {
  return quotations
    .map(({ pieces }) => pieces)
    .filter((pieces) => pieces.some(([start, end]) => start <= offset && offset <= end))
    .sort((one, other) => size(one) - size(other))[0];
}
