// Who may have said it, read off the page: the tagged spans and the names that the text offers.
import { cues, names, quotations } from "./candidates.js";
import { likeliest } from "./likeliest.js";
import { endOf, paragraphs, startOf } from "./offsets.js";
import { registry } from "./registry.js";
import { all, linksOf, nameOf } from "./spans.js";

const MOST = 9;

/** At most nine answers to the question of a span, the likeliest first. Each has `name` and `pieces`. A tagged
 * one is the span, with its `key`: link it. One without a key is a name that nobody tagged yet:
 * tag its `pieces` and link that. What the span is linked to comes first. */
export function rank(source, { type, target }) {
  const spans = all();
  const to = (span) => linksOf(span).filter((link) => link.from === span.key && link.type === type).map((link) => link.to);
  const tagged = spans.filter((span) => span.label === target).map((span) => ({ ...span, name: nameOf(span) }));
  const found = likeliest({
    source,
    paragraphs: around(source.pieces),
    mentions: [...tagged, ...untagged(tagged)],
    linked: to(source),
    previous: before(source, spans, to),
    registry: registry.flatMap(({ name, aliases }) => [name, ...aliases]),
    cues,
    quotations,
  });
  return found.slice(0, MOST);
}

/** The last linked span of the same label before this one: {pieces, to}. */
function before(source, spans, to) {
  const earlier = spans.filter((span) => span.label === source.label && span.pieces[0][0] < source.pieces[0][0]);
  const linked = earlier.findLast((span) => to(span).length);
  return linked && { pieces: linked.pieces, to: to(linked) };
}

const kept = new Map(); // by the id of the paragraph: its text never changes

function plain(paragraph) {
  if (!kept.has(paragraph.id)) {
    const characters = Array.from(paragraph.textContent);
    kept.set(paragraph.id, { start: startOf(paragraph), end: endOf(paragraph), characters });
  }
  return kept.get(paragraph.id);
}

/** The paragraphs that pieces begin or end in, and the one before. */
function around(pieces) {
  const all = paragraphs();
  const at = all.map((one, number) => (pieces.some((piece) => piece.some((offset) => holds(one, offset))) ? number : -1));
  const found = at.filter((number) => number >= 0);
  return all.slice(Math.max(0, found[0] - 1), found.at(-1) + 1).map(plain);
}

const holds = (paragraph, offset) => startOf(paragraph) <= offset && offset <= endOf(paragraph);

/** The names that no tagged span lies on. */
function untagged(tagged) {
  const taken = tagged.flatMap(({ pieces }) => pieces).sort(([one], [other]) => one - other);
  let next = 0;
  return offered().filter(({ pieces: [[start, end]] }) => {
    while (taken[next]?.[1] <= start) next++;
    return !(taken[next]?.[0] < end);
  });
}

let mentions = null; // what the text offers never changes

function offered() {
  if (mentions) return mentions;
  mentions = [];
  let next = 0;
  for (const { start, end, characters } of paragraphs().map(plain))
    for (; names[next]?.[1] <= end; next++) {
      const [first, last] = names[next];
      mentions.push({ name: characters.slice(first - start, last - start).join(""), pieces: [[first, last]] });
    }
  return mentions;
}
