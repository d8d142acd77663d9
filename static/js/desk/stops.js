// Where `[` and `]` stop. Ordinarily at what may be a quote and is none yet: a quotation, a reporting verb
// in a sentence without one. While a quote waits for its speaker: at the names around it.
import { cues, names, quotations } from "./candidates.js";
import { goTo } from "./caret.js";
import { awaited } from "./open.js";
import { wordsOf } from "./offsets.js";
import { caretOffset } from "./selection.js";
import { outer, sentenceAt } from "./units.js";
import { takers } from "./schema.js";
import { all } from "./spans.js";
import { touching } from "./pieces.js";
import { markLooked } from "./looked.js";
import { say } from "../toast.js";

/** Go to the next stop (direction 1) or the one before (-1). */
export function stop(direction) {
  const open = awaited();
  const stops = open ? untagged(names, open.target) : statements();
  const from = caretOffset() ?? (open ? open.span.pieces[0][0] : -1);
  const beyond = direction > 0 ? stops.find(([start]) => start > from) : stops.findLast(([start]) => start < from);
  if (!beyond) return say(`No ${open ? "name" : "quotation"} ${direction > 0 ? "after" : "before"} this.`, "info");
  goTo(beyond, wordsOf([beyond]).slice(0, 80));
  markLooked();
}

/** The quotations that no quote touches, and the reporting verbs in sentences without any. */
function statements() {
  const quotes = piecesOf(takers("quotation"));
  const isQuoted = touching(quotes);
  const open = quotations.filter(({ pieces, depth }) => depth === 0 && !pieces.some(isQuoted));
  const isSpoken = touching([...quotes, ...quotations.flatMap(({ pieces }) => pieces)]);
  const told = cues.filter((cue) => !isSpoken(sentenceAt(cue[0]) ?? cue));
  return [...open.map(outer), ...told].sort(([one], [other]) => one - other);
}

function untagged(stretches, label) {
  const isTagged = touching(piecesOf([label]));
  return stretches.filter((stretch) => !isTagged(stretch));
}

function piecesOf(labels) {
  return all().filter(({ label }) => labels.includes(label)).flatMap(({ pieces }) => pieces);
}

/** Go to the quotation that begins at an offset. */
export function look(offset) {
  const found = quotations.find(({ pieces }) => pieces[0][0] === offset);
  if (!found) return;
  goTo(outer(found), wordsOf(found.pieces).slice(0, 80));
  markLooked();
}
