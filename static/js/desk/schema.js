// What the schema allows, read off the page.
const links = JSON.parse(document.getElementById("links")?.textContent ?? "[]");

/** The one type of link from label `source` to label `target`; undefined when there is none. */
export function linkType(source, target) {
  return links.find((link) => link.source === source && link.target === target);
}

export function linkName(type) {
  return links.find((link) => link.type === type)?.name ?? type;
}

/** What the strip asks of spans of a label: {type, target}; null when nothing. */
export function askedOf(label) {
  const asks = document.querySelector(`[data-asks="${CSS.escape(label)}"]`);
  return asks && { type: asks.dataset.type, target: asks.dataset.target, element: asks };
}

export function buttonOf(label) {
  return document.querySelector(`[data-action=tag][data-label="${CSS.escape(label)}"]`);
}
