// The order in which speakers are offered for a quote. Plain data in and out, as in frame.js.
import { endOf, framing, startOf } from "./frame.js";

const FRAMED = 1;
const PRONOUN = /^(?:he|she|they|it|him|her|them)$/i;

/** Put mentions in order, the likeliest first, each name once.
 *
 * `source`: the quote, {pieces}. `paragraphs`: those around it. `mentions`: {key, name, pieces}, without a key
 * where nobody tagged them yet. `linked`: the keys it is linked to. `previous`: the linked quote before it,
 * {pieces, to: keys}. `registry`: the names known in the corpus, most recent first. */
export function likeliest({ source, paragraphs, mentions, linked, previous, registry, cues, quotations }) {
  const framed = framing({ pieces: spoken(source.pieces, quotations), paragraphs, mentions, cues });
  const isHere = inParagraphOf(source, paragraphs);
  const isQuoted = within(quotations);
  const recency = recencyIn(registry);
  const isReported = besideReporting(mentions, cues);
  const tier = (one) => {
    if (linked.includes(one.key)) return [0];
    if (framed.includes(one)) return [FRAMED, framed.indexOf(one)];
    if (previous?.to.includes(one.key)) return [isHere(previous) ? 2 : 5];
    const quoted = isQuoted(startOf(one));
    const isSpeaker = one.key || isReported(one.name);
    if (isHere(one) && !quoted) return [isSpeaker ? 3 : 4];
    if (one.key) return [6];
    if (quoted || PRONOUN.test(one.name)) return [10];
    const known = recency(one.name);
    if (known >= 0) return [7, known];
    return [isSpeaker ? 8 : 9];
  };
  const scored = mentions.map((one) => {
    const [first, second = distance(source, one)] = tier(one);
    return { one, first, second };
  });
  scored.sort((one, other) => one.first - other.first || one.second - other.second);
  return unique(scored);
}

/** Whether a span begins in the paragraph that the quote begins in. */
function inParagraphOf(source, paragraphs) {
  const here = paragraphs.find(({ start, end }) => start <= startOf(source) && startOf(source) <= end);
  return (one) => here && here.start <= startOf(one) && startOf(one) <= here.end;
}

/** The pieces of a quote, with what it goes on with: the words between the two say whose both are. */
function spoken(pieces, quotations) {
  const own = quotations.find((one) => one.pieces[0][0] === pieces[0][0]);
  const first = quotations[own?.continues];
  return first ? [first.pieces.at(-1), ...pieces] : pieces;
}

/** Whether an offset lies in a quotation. */
function within(quotations) {
  const pieces = quotations.filter(({ depth }) => !depth).flatMap((one) => one.pieces);
  return (offset) => {
    let [low, high] = [0, pieces.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pieces[middle][0] <= offset) low = middle + 1;
      else high = middle;
    }
    return low > 0 && offset < pieces[low - 1][1];
  };
}

/** Whether a name, or a part of it, stands beside a reporting word somewhere: “said Kim” speaks for “Sung Kim”. */
function besideReporting(mentions, cues) {
  const starts = new Set(cues.map(([start]) => start - 1));
  const ends = new Set(cues.map(([, end]) => end + 1));
  const reported = mentions.filter((one) => starts.has(endOf(one)) || ends.has(startOf(one)));
  const parts = new Set(reported.flatMap(({ name }) => partsOf(name)));
  return (name) => partsOf(name).some((part) => parts.has(part));
}

const COMMON = /^(?:the|an?|mrs?|ms|miss|dr|prof|sir|president|minister|chancellor|secretary|senator|governor|mayor|councillor|judge|general|captain)\.?$/i;

/** A name as such, and of its last two words those that are its own: before them stand the office and the country. */
function partsOf(name) {
  const own = name.split(/\s+/).slice(-2).filter((part) => /^\p{Lu}/u.test(part) && !COMMON.test(part));
  return [name, ...own];
}

/** How recent a name is in the registry, by its last word too; -1 for one that is not in it. */
function recencyIn(registry) {
  const last = (name) => name.toLowerCase().split(/\s+/).at(-1);
  const places = new Map();
  registry.forEach((name, place) => {
    for (const key of [name.toLowerCase(), last(name)]) if (!places.has(key)) places.set(key, place);
  });
  return (name) => places.get(name.toLowerCase()) ?? places.get(last(name)) ?? -1;
}

function distance(one, other) {
  let least = Infinity;
  for (const [start, end] of one.pieces)
    for (const [first, last] of other.pieces) least = Math.min(least, Math.max(0, first - end, start - last));
  return least;
}

/** One mention for each name: the first, but for one that frames the quote rather a tagged one. */
function unique(scored) {
  const nameOf = ({ name }) => name.toLowerCase();
  const tagged = new Map(scored.filter(({ one }) => one.key).reverse().map(({ one }) => [nameOf(one), one]));
  const chosen = new Map();
  for (const { one, first } of scored)
    if (!chosen.has(nameOf(one))) chosen.set(nameOf(one), (first > FRAMED && tagged.get(nameOf(one))) || one);
  return [...chosen.values()];
}
