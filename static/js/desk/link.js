// Links: answer the strip's question, say that there is no answer, join two spans, take a link away.
import { act } from "./act.js";
import { addRelation, changeSpan, removeRelation } from "./edits.js";
import { announce } from "./announce.js";
import { askedOf, linkType } from "./schema.js";
import { choose, current, previous } from "./select.js";
import { get, linksOf, nameOf, numberOf } from "./spans.js";

/** Link the selected span to the one of `key`, instead of what it was linked to; once more unlinks. */
export function answer(key) {
  const span = current();
  const { type, element } = askedOf(span.label);
  const old = linksOf(span).filter((link) => link.from === span.key && link.type === type);
  const edits = old.map((link) => removeRelation(link.key));
  if (!old.some((link) => link.to === key)) edits.push(addRelation(type, span.key, key));
  const none = element.querySelector("[data-action=none]")?.dataset.attribute;
  if (none && span.attributes[none]) edits.push(changeSpan(span.key, { attributes: { [none]: null } }));
  act(edits);
  announce(`${numberOf(span)} ${edits.length > old.length ? "linked to" : "unlinked from"} ${nameOf(get(key))}`);
}

/** Say that the text names nobody (or take that back); a link to somebody goes. */
export function none(attribute) {
  const span = current();
  const says = span.attributes[attribute] === true;
  const { type } = askedOf(span.label);
  const old = linksOf(span).filter((link) => link.from === span.key && link.type === type);
  const stays = says ? [] : old.map((link) => removeRelation(link.key));
  act([...stays, changeSpan(span.key, { attributes: { [attribute]: says ? null : true } })]);
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
