// Offsets: the only place that converts between code points (stored, sent) and the browser's UTF-16
// positions. A paragraph's text nodes, joined, are exactly text[data-start:data-end] of the article.
import { firstWhere } from "./pieces.js";

const PARAGRAPH = "para__text";

/** How many code points a string has. */
export function codePoints(string) {
  let count = string.length;
  for (let at = 0; at < string.length; at++) {
    const unit = string.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdbff) count--;
  }
  return count;
}

/** The UTF-16 position of a code point position in a string. */
export function toUtf16(string, offset) {
  let at = 0;
  for (let seen = 0; seen < offset && at < string.length; seen++)
    at += string.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}

const live = document.getElementsByClassName(PARAGRAPH); // follows when paragraphs are replaced
const bounds = new WeakMap(); // of each paragraph: its text never changes

export function paragraphs() {
  return [...live];
}

export const startOf = (paragraph) => boundsOf(paragraph)[0];
export const endOf = (paragraph) => boundsOf(paragraph)[1];

function boundsOf(paragraph) {
  if (!bounds.has(paragraph)) bounds.set(paragraph, [Number(paragraph.dataset.start), Number(paragraph.dataset.end)]);
  return bounds.get(paragraph);
}

/** The offset in the article of a position in the page; null outside of the text. */
export function offsetAt(node, position) {
  const paragraph = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest(`.${PARAGRAPH}`);
  if (!paragraph) return null;
  const before = document.createRange();
  before.selectNodeContents(paragraph);
  before.setEnd(node, position);
  return startOf(paragraph) + codePoints(before.toString());
}

/** The offset at a point of the window; null where there is no text. */
export function offsetAtPoint(x, y) {
  const found = document.caretPositionFromPoint?.(x, y);
  if (found) return offsetAt(found.offsetNode, found.offset);
  const range = document.caretRangeFromPoint?.(x, y); // browsers that do not know the above
  return range ? offsetAt(range.startContainer, range.startOffset) : null;
}

/** What of a range of the page lies in the text: [paragraph, start, end], one for each paragraph. */
export function clip(range) {
  return paragraphs()
    .filter((paragraph) => range.intersectsNode(paragraph))
    .map((paragraph) => [
      paragraph,
      offsetIn(paragraph, range.startContainer, range.startOffset) ?? startOf(paragraph),
      offsetIn(paragraph, range.endContainer, range.endOffset) ?? endOf(paragraph),
    ])
    .filter(([, start, end]) => start < end);
}

function offsetIn(paragraph, node, position) {
  return paragraph.contains(node) ? offsetAt(node, position) : null;
}

/** The paragraph that an offset lies in; its end counts as inside. */
export function paragraphAt(offset) {
  const found = live[firstWhere(live, (one) => endOf(one) >= offset)];
  return found && startOf(found) <= offset ? found : undefined;
}

/** The text node and UTF-16 position of an offset. `after`: at a seam, take the node that follows. */
export function positionAt(offset, after = false) {
  const paragraph = paragraphAt(offset);
  return paragraph && positionIn(paragraph, offset - startOf(paragraph), after);
}

function positionIn(paragraph, offset, after) {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  let left = offset;
  let last = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const length = codePoints(node.data);
    if (left < length || (left === length && !after)) return [node, toUtf16(node.data, left)];
    left -= length;
    last = node;
  }
  return last ? [last, last.data.length] : [paragraph, 0];
}

/** Ranges of the page for pieces of the article: one for each piece and paragraph. */
export function rangesOf(pieces) {
  const ranges = [];
  for (const [start, end] of pieces) {
    for (let at = firstWhere(live, (one) => endOf(one) > start); at < live.length && startOf(live[at]) < end; at++) {
      const [first, last] = boundsOf(live[at]);
      const range = document.createRange();
      range.setStart(...positionIn(live[at], Math.max(start, first) - first, true));
      range.setEnd(...positionIn(live[at], Math.min(end, last) - first, false));
      ranges.push(range);
    }
  }
  return ranges;
}

/** The words of pieces, joined by one space. */
export function wordsOf(pieces) {
  return rangesOf(pieces).map(String).join(" ");
}

/** The text of one stretch inside a paragraph. */
export function textOf([start, end]) {
  return rangesOf([[start, end]]).map(String).join("");
}
