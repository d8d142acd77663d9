// The frame of a quote: whom the reporting words around it belong to. “…,” said Calado, who runs the harbour. “…”
// Plain data in and out: a paragraph is {start, end, characters}, a mention has pieces, offsets are code points.

// A frame is no further from its quote, nor a name from its verb: what is looked at stays small.
const FAR = 150;
const STOP = /[.!?…]["”’»“)\]]*\s+(?![\sa-z])/g;
const ABBREVIATED = /(?:^|[\s(“"‘])(?:Mr|Mrs|Ms|Dr|Prof|St|Sen|Gov|Rep|Gen|Capt|Lt|Col|Sgt|\p{Lu})$/u;
const OF = /^\s(?:of|at|from|for|in|with)\s(?:the\s)?$/;
const PASSIVE = /\b(?:are|be|been|being|is|was|were)\s+$/; // was described by Calado as “…”
const BETWEEN = /^\s+(?:[\w’']+\s+){0,3}$/; // Calado has since repeatedly said
const RELATIVE = /^\swho\s[^,.;:“”"]*$/; // two people who worked there said
const AUXILIARIES = /(?:\b(?:had|has|have|is|was|were|also|later|then|now|\w+ly)\s+)+$/;

/** The mentions that frame the pieces of a quote, the likeliest first. */
export function framing({ pieces, paragraphs, mentions, cues }) {
  const places = paragraphs.map((paragraph) => new Place(paragraph, mentions, cues));
  const at = (offset) => places.find(({ start, end }) => start <= offset && offset <= end);
  const frames = pieces.flatMap(([start, end]) => [
    ...(at(start)?.framesBefore(start) ?? []),
    ...(at(end)?.framesAfter(end) ?? []),
  ]);
  frames.sort((one, other) => one.cost - other.cost);
  const found = frames.flatMap(({ place, cue }) => place.subjects(cue));
  return unique(found.length ? found : announcing(places, at(pieces[0][0]), pieces[0][0]));
}

/** Who is spoken of right before a quote that has no frame: Calado was blunt. “…” · Calado put it simply:¶“…” */
function announcing(places, place, offset) {
  if (!place?.begins(offset)) return place?.announcing(offset) ?? [];
  const before = places[places.indexOf(place) - 1];
  return before?.ends(":") ? before.announcing(before.end) : [];
}

/** A paragraph with the mentions and reporting words in it, in text order. */
class Place {
  constructor({ start, end, characters }, mentions, cues) {
    Object.assign(this, { start, end, characters });
    this.mentions = mentions.filter((one) => start <= startOf(one) && endOf(one) <= end);
    this.mentions.sort((one, other) => startOf(one) - startOf(other));
    this.cues = cues.filter((cue) => start <= cue[0] && cue[1] <= end);
  }

  text(start, end) {
    return this.characters.slice(Math.max(0, start - this.start), Math.max(0, end - this.start)).join("");
  }

  begins(offset) {
    return !this.text(Math.max(this.start, offset - FAR), offset).trim();
  }

  ends(mark) {
    return this.text(this.end - FAR, this.end).trimEnd().endsWith(mark);
  }

  /** Calado said: “…” · Calado called the plan “…” */
  framesBefore(offset) {
    const frames = [];
    for (const cue of this.cues.filter(([, end]) => offset - FAR <= end && end <= offset).reverse()) {
      const gap = this.text(cue[1], offset);
      if (stops(gap)) break;
      frames.push({ place: this, cue, cost: bare(gap).length });
    }
    return frames.slice(0, 2);
  }

  /** “…,” said Calado · “…?” Calado asked · …, according to Calado */
  framesAfter(offset) {
    const cue = this.cues.find(([start]) => start >= offset);
    if (!cue || cue[0] - offset > FAR) return [];
    const gap = this.text(offset, cue[0]);
    const last = this.text(offset - 2, offset); // what the quote ends with, its mark included
    const asks = /[!?…]/.test(last) && gap.length < 40;
    if (stops(asks ? gap : last + gap)) return [];
    return [{ place: this, cue, cost: bare(gap).length - (/[,!?]/.test(last + gap[0]) ? 20 : 0) }];
  }

  /** Whose a reporting word is, the likeliest first. */
  subjects(cue, depth = 0) {
    const near = this.mentions.filter((one) => cue[0] - 2 * FAR < endOf(one) && startOf(one) < cue[1] + FAR);
    const left = near.filter((one) => endOf(one) <= cue[0]);
    const right = near.filter((one) => startOf(one) >= cue[1]);
    const word = this.text(...cue).toLowerCase();
    const lead = this.text(cue[0] - FAR, cue[0]);
    if (/\s(?:to|of)$/.test(word)) return this.behind(right, cue[1], 60);
    if (PASSIVE.test(lead) && this.text(cue[1], cue[1] + 4) === " by ") return this.behind(right, cue[1] + 3, 60);
    const next = this.adjacent(left, cue);
    if (next) return [next];
    const adding = word.endsWith("ing"); // …, adding that
    const earlier = (adding || /\b(?:and|but|or|then)\s+$/.test(lead)) && depth < 4 && this.earlier(cue);
    if (earlier) return this.subjects(earlier, depth + 1);
    const verb = cue[0] - (AUXILIARIES.exec(lead)?.[0].length ?? 0); // has said
    const apart = !adding && /["”’»“,]\s*$/.test(this.text(verb - 2, verb));
    const beside = apart ? [...this.apposed(left, verb), ...this.behind(right, cue[1], 40)] : [];
    return beside.length ? beside : this.inSentence(left, cue[0]);
  }

  /** The reporting word before another in its sentence: Calado called the plan late and said … */
  earlier(cue) {
    const before = this.cues.filter(([, end]) => cue[0] - FAR < end && end <= cue[0]).at(-1);
    return before && !stops(this.text(before[1], cue[0])) ? before : null;
  }

  /** Calado said · Calado has repeatedly said · Rósa Dahl of the Institute said · people who were there said */
  adjacent(left, cue) {
    const gap = (end) => this.text(end, cue[0]);
    const end = left.map(endOf).findLast((one) => RELATIVE.test(gap(one))) ?? Math.max(...left.map(endOf));
    if (!RELATIVE.test(gap(end)) && (!BETWEEN.test(gap(end)) || /\b(?:and|but|or)\s/.test(gap(end)))) return undefined;
    return this.head(longest(left.filter((one) => endOf(one) === end)), left);
  }

  /** From the Institute to Rósa Dahl, who is of it. */
  head(mention, left) {
    const owner = left.findLast((one) => OF.test(this.text(endOf(one), startOf(mention))));
    return owner ? this.head(owner, left) : mention;
  }

  /** The minister, Ines Calado, said · Calado, who runs the harbour, said */
  apposed(left, offset) {
    const gap = (one) => this.text(endOf(one), offset);
    const named = left.filter((one) => gap(one) === ", " && this.text(startOf(one) - 2, startOf(one)) === ", ");
    const described = left.findLast((one) => /^,.*,\s$/s.test(gap(one)) && !stops(gap(one)));
    return described ? [...named, described] : [];
  }

  /** Said Calado · said harbour minister Calado · according to a survey by the pupils · said its head, Calado */
  behind(right, offset, far) {
    const first = right.find((one) => {
      const gap = this.text(offset, Math.min(startOf(one), offset + far));
      return startOf(one) <= offset + far && /^\s+(?:[^\s,.;:“”"]+\s+)*$/.test(gap);
    });
    if (!first) return [];
    const whole = longest(right.filter((one) => startOf(one) === startOf(first)));
    const named = right.find((one) => this.text(endOf(whole), startOf(one)) === ", ");
    return named && /\p{Lu}/u.test(this.text(startOf(named), startOf(named) + 1)) ? [named, whole] : [whole];
  }

  /** The first mention in the sentence of an offset, and the one next to it. */
  inSentence(left, offset) {
    const here = left.filter((one) => !stops(this.text(endOf(one), offset)));
    return here.length ? [here[0], here.at(-1)] : [];
  }

  /** Who the sentence before an offset begins with; before a colon, whoever stands in it. */
  announcing(offset) {
    const near = this.mentions.filter((one) => offset - 2 * FAR < endOf(one) && endOf(one) <= offset);
    const lead = this.text(offset - FAR, offset);
    if (/:\s*$/.test(lead)) return this.inSentence(near, offset).reverse();
    const end = offset - (/[.!?…]["”’»]*\s*$/.exec(lead)?.[0].length ?? 0);
    return this.inSentence(near, end).slice(0, 1).filter((one) => this.opensSentence(startOf(one)));
  }

  opensSentence(offset) {
    return this.begins(offset) || /[.!?…]["”’»]*\s+$/.test(this.text(offset - 6, offset));
  }
}

export const startOf = ({ pieces }) => pieces[0][0];
export const endOf = ({ pieces }) => pieces.at(-1)[1];
const length = (one) => endOf(one) - startOf(one);
const unique = (found) => [...new Set(found)];

/** How much stands in a gap beside white space, a colon, a comma or “that”. */
const bare = (gap) => gap.replace(/[\s,:]|\bthat\b/g, "");

/** Whether a sentence ends in a stretch of text. */
function stops(text) {
  return [...text.matchAll(STOP)].some(({ 0: [mark], index }) => mark !== "." || !ABBREVIATED.test(text.slice(0, index)));
}

function longest(mentions) {
  return mentions.reduce((best, one) => (length(one) > length(best) ? one : best));
}
