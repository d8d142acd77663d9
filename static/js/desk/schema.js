// What the schema allows, read off the page.
const links = JSON.parse(document.getElementById("links")?.textContent ?? "[]");

/** The one type of link from label `source` to label `target`; undefined when there is none. */
export function linkType(source, target) {
  return links.find((link) => link.source === source && link.target === target);
}

export function linkName(type) {
  return links.find((link) => link.type === type)?.name ?? type;
}

/** What the strip asks of spans of a label: {type, target, none, element}; null when nothing. */
export function askedOf(label) {
  const element = document.querySelector(`[data-asks="${CSS.escape(label)}"]`);
  if (!element) return null;
  const none = element.querySelector("[data-action=none]")?.dataset.attribute;
  return { type: element.dataset.type, target: element.dataset.target, none, element };
}

export function buttonOf(label) {
  return document.querySelector(`[data-action=tag][data-label="${CSS.escape(label)}"]`);
}

/** The labels whose letter takes `kind` at the caret: quotation, name, cue or statement. */
export function takers(kind) {
  return Array.from(document.querySelectorAll(`[data-takes="${kind}"]`), ({ dataset }) => dataset.label);
}

/** Whether spans of a label name somebody of the corpus's registry. */
export const namesEntity = (label) => buttonOf(label)?.dataset.takes === "name";
