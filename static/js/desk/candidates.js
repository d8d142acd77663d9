// What the text itself offers: quotations, as the server found them.
const quotations = JSON.parse(document.getElementById("candidates")?.textContent ?? "[]");

const size = (pieces) => pieces.reduce((sum, [start, end]) => sum + end - start, 0);

/** The shortest quotation around an offset, its far edge included; undefined when there is none. */
export function quotationAt(offset) {
  return quotations
    .filter((pieces) => pieces.some(([start, end]) => start <= offset && offset <= end))
    .sort((one, other) => size(one) - size(other))[0];
}
