// The spans of the reading, read off the list beside the text: there and nowhere else they are kept.

/** A key as one word of a list of keys, as `token` in annotator/www/sheet.py. */
export function token(key) {
  return key.replace(/[\s%]|^-$/g, (found) => `%${found.codePointAt(0).toString(16)};`);
}

export function elementOf(key) {
  return document.querySelector(`#items [data-span="${CSS.escape(key)}"]`);
}

/** A span as its item in the list, here or in an answer, tells it. */
export function read(element) {
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

/** Read everything anew next time: to be called by whoever changes the list. */
export function forget() {
  known = null;
}

function knownNow() {
  known ??= {
    spans: Array.from(document.querySelectorAll("#items [data-span]"), read),
    links: Array.from(document.querySelectorAll("#items [data-relation]"), readLink),
  };
  return known;
}

/** All spans in text order. */
export function all() {
  return knownNow().spans.slice();
}

/** The span of a key; null when there is none (any more). */
export function get(key) {
  const element = key && elementOf(key);
  return element ? read(element) : null;
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
  const { links } = knownNow();
  return [...links.filter((link) => link.from === key), ...links.filter((link) => link.to === key)];
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
