// The arcs of the selected span and of no other, each from the span to what it is linked with.
import { rangesOf } from "./offsets.js";
import { layer, local } from "./overlay.js";
import { current } from "./select.js";
import { get, linksOf } from "./spans.js";

const SVG = "http://www.w3.org/2000/svg";
const BELOW = 15; // pixels below a line: where its lanes are

export function draw() {
  const span = current();
  const arcs = span ? linksOf(span).flatMap(({ from, to }) => path(get(from), get(to))) : [];
  layer("arcs").querySelector("g").replaceChildren(...arcs);
}

function path(from, to) {
  const [start, end] = [anchor(from), anchor(to)];
  // Both ends are to be seen at once, or an arc only leads across the text to nowhere.
  if (!start || !end || Math.abs(start[1] - end[1]) > innerHeight * 0.7) return [];
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", curve(start, end));
  line.setAttribute("marker-end", "url(#arc-head)");
  return [line];
}

/** Under the middle of the first line of a span. */
function anchor(span) {
  const box = span && rangesOf(span.pieces.slice(0, 1))[0]?.getClientRects()[0];
  return box && local(box.left + Math.min(box.width / 2, 60), box.bottom + BELOW);
}

function curve([x, y], [toX, toY]) {
  const down = Math.abs(y - toY) < 4 ? 16 : 6;
  const bend = Math.min(60, Math.abs(y - toY) / 2);
  const way = Math.sign(toY - y);
  return `M${x} ${y} C${x} ${y + down + bend * way} ${toX} ${toY + down - bend * way} ${toX} ${toY}`;
}
