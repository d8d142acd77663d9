// Links: answer the strip's question, say that there is no answer, join two spans, take a link away.
import { act } from "./act.js";
import { addRelation, addSpan, changeSpan, newId, removeRelation } from "./edits.js";
import { announce } from "./announce.js";
import { askedOf, linkType } from "./schema.js";
import { choose, current, previous } from "./select.js";
import { all, get, linksOf, nameOf, numberOf } from "./spans.js";
import { wordsOf } from "./offsets.js";

/** Link the selected span to the one of `key`, instead of what it was linked to; once more unlinks. */
export function answer(key) {
  const span = current();
  const asked = askedOf(span.label);
  const old = answersOf(span, asked);
  const edits = unanswered(span, asked);
  if (!old.some((link) => link.to === key)) edits.push(addRelation(asked.type, span.key, key));
  act(edits);
  announce(`${numberOf(span)} ${edits.length > old.length ? "linked to" : "unlinked from"} ${nameOf(get(key))}`);
}

/** Tag what nobody tagged yet, and link the selected span to it. */
export function answerWith(pieces, entity) {
  const span = current();
  const asked = askedOf(span.label);
  const id = newId();
  const made = addSpan(id, asked.target, pieces, entity);
  act([...unanswered(span, asked), made, addRelation(asked.type, span.key, id)]);
  announce(`${wordsOf(pieces)} tagged and linked to ${numberOf(span)}`);
}

/** The answers that a span has: its links of the type that is asked for. */
function answersOf(span, { type }) {
  return linksOf(span).filter((link) => link.from === span.key && link.type === type);
}

/** The edits that take its answers away, and that it said there were none. */
function unanswered(span, asked) {
  const edits = answersOf(span, asked).map((link) => removeRelation(link.key));
  if (asked.none && span.attributes[asked.none])
    edits.push(changeSpan(span.key, { attributes: { [asked.none]: null } }));
  return edits;
}

/** What the span before the selected one, of its label, is linked to; undefined when it is not. */
export function answerBefore() {
  const span = current();
  const asked = span && askedOf(span.label);
  if (!asked) return undefined;
  const earlier = all().filter(({ label, pieces }) => label === span.label && pieces[0][0] < span.pieces[0][0]);
  const links = earlier.reverse().map((one) => answersOf(one, asked)[0]);
  return get(links.find(Boolean)?.to) ?? undefined;
}

/** Say that the text names nobody (or take that back); a link to somebody goes. */
export function none(attribute) {
  const span = current();
  const says = span.attributes[attribute] === true;
  const old = says ? [] : answersOf(span, askedOf(span.label)).map((link) => removeRelation(link.key));
  act([...old, changeSpan(span.key, { attributes: { [attribute]: says ? null : true } })]);
  announce(`${numberOf(span)}: ${says ? "open again" : "none named"}`);
}

/** The link that can be made between the selected span and the one before it; null when there is none. */
export function possible() {
  const [one, other] = [previous(), current()];
  if (!one || !other || one.key === other.key) return null;
  for (const [from, to] of [[one, other], [other, one]]) {
    const type = linkType(from.label, to.label)?.type;
    if (type && !linksOf(from).some((link) => link.from === from.key && link.to === to.key))
      return { type, from, to };
  }
  return null;
}

export function link() {
  const found = possible();
  if (!found) return;
  choose(found.from.key);
  act([addRelation(found.type, found.from.key, found.to.key)]);
  announce(`${numberOf(found.from)} linked to ${nameOf(found.to)}`);
}

export function unlink(key) {
  act([removeRelation(key)]);
  announce("link removed");
}
