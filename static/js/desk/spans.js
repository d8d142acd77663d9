// The spans of the reading, read off the list beside the text: there and nowhere else they are kept.

/** A key as one word of a list of keys, as `token` in annotator/www/sheet.py. */
export function token(key) {
  return key.replace(/[\s%]|^-$/g, (found) => `%${found.codePointAt(0).toString(16)};`);
}

export function elementOf(key) {
  return document.querySelector(`#items [data-span="${CSS.escape(key)}"]`);
}

const kept = new WeakMap(); // what an item of the list tells, and what a link in it does

/** A span as its item in the list, here or in an answer, tells it. */
export const read = (element) => keptOf(element, readSpan);

function keptOf(element, reads) {
  if (!kept.has(element)) kept.set(element, reads(element));
  return kept.get(element);
}

function readSpan(element) {
  const { span: key, label, pieces, attributes, entity, note = "" } = element.dataset;
  return {
    key,
    label,
    element,
    entity,
    note,
    pieces: pieces.split(" ").map((piece) => piece.split("-").map(Number)),
    attributes: JSON.parse(attributes),
  };
}

let known = null;

/** Look at the list anew next time, and read this item of it: to be called by whoever changes them. */
export function forget(element) {
  kept.delete(element);
  known = null;
}

function knownNow() {
  if (known) return known;
  const spans = Array.from(document.querySelectorAll("#items [data-span]"), read);
  const links = Array.from(document.querySelectorAll("#items [data-relation]"), (one) => keptOf(one, readLink));
  known = {
    spans,
    byKey: new Map(spans.map((span) => [span.key, span])),
    from: Map.groupBy(links, (link) => link.from),
    to: Map.groupBy(links, (link) => link.to),
  };
  return known;
}

/** All spans in text order. */
export function all() {
  return knownNow().spans.slice();
}

/** The span of a key; null when there is none (any more). */
export function get(key) {
  return knownNow().byKey.get(key) ?? null;
}

/** The spans over an offset, the shortest first; of equal ones the later first. */
export function at(offset) {
  return all()
    .filter(({ pieces }) => pieces.some(([start, end]) => start <= offset && offset < end))
    .reverse()
    .sort((one, other) => length(one) - length(other));
}

function readLink(element) {
  const { relation: key, type, to } = element.dataset;
  return { key, type, from: element.closest("[data-span]").dataset.span, to };
}

export function length({ pieces }) {
  return pieces.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** The links of a span: {key, type, from, to}, outgoing ones first. */
export function linksOf({ key }) {
  const { from, to } = knownNow();
  return [...(from.get(key) ?? []), ...(to.get(key) ?? [])];
}

export function numberOf(span) {
  return span.element.querySelector(".item__number").textContent;
}

/** A span in words, for those who do not see it: quote 4, direct, said by: Ines Calado. “We have …” */
export function describe({ element }) {
  return `${element.querySelector(".item__said").textContent} ${element.querySelector(".item__text").textContent}`;
}

/** What a span is called: its entity, else its words. */
export function nameOf(span) {
  return span.entity || span.element.querySelector(".item__text").textContent.trim();
}
