// Which spans may answer the strip's question, the likeliest first: nearest in the same paragraph,
// then whoever the span before was linked to, then by closeness. One mention for each name.
import { all, linksOf, nameOf } from "./spans.js";
import { endOf, paragraphAt, startOf } from "./offsets.js";

const MOST = 9;

export function rank(source, { type, target }) {
  const spans = all();
  const here = paragraphAt(source.pieces[0][0]);
  const before = linkedBefore(source, spans, type);
  const now = linksOf(source).filter((link) => link.from === source.key).map((link) => link.to);
  const score = (span) => {
    if (now.includes(span.key)) return -1;
    const away = distance(source, span);
    if (inside(span, source)) return away + 3e7;
    const [start] = span.pieces[0];
    if (here && startOf(here) <= start && start < endOf(here)) return away;
    return span.key === before ? 1e7 : away + 2e7;
  };
  const scored = spans
    .filter((span) => span.label === target)
    .map((span) => [score(span), span])
    .sort(([one], [other]) => one - other);
  return unique(scored.map(([, span]) => span)).slice(0, MOST);
}

/** What the last span of the same label before this one is linked to. */
function linkedBefore(source, spans, type) {
  const earlier = spans.filter(
    (span) => span.label === source.label && span.pieces[0][0] < source.pieces[0][0],
  );
  for (const span of earlier.reverse())
    for (const link of linksOf(span)) if (link.from === span.key && link.type === type) return link.to;
  return null;
}

function inside(span, source) {
  return source.pieces.some(([start, end]) => start <= span.pieces[0][0] && span.pieces[0][1] <= end);
}

function distance(one, other) {
  let least = Infinity;
  for (const [start, end] of one.pieces)
    for (const [first, last] of other.pieces)
      least = Math.min(least, Math.max(0, first - end, start - last));
  return least;
}

function unique(spans) {
  const seen = new Set();
  return spans.filter((span) => {
    const name = nameOf(span).toLowerCase();
    return !seen.has(name) && seen.add(name);
  });
}
