// Show edits at once, before the server has answered: in the list (which is the state), as paint over the
// text, and on the lanes that are there. The server's fragments take their place; what still waits is then
// painted again on top of them.
import * as queue from "./queue.js";
import { elementOf, forget, get, nameOf, numberOf, read, token } from "./spans.js";
import { endOf, paragraphAt, paragraphs, wordsOf } from "./offsets.js";
import { highlight } from "./highlight.js";
import { askedOf, buttonOf, linkName } from "./schema.js";

const KINDS = { add_span: addSpan, change_span: changeSpan, remove_span: removeSpan,
  add_relation: addRelation, remove_relation: removeRelation, set_note: setNote };

/** Paint edits on top of what is shown; painting one twice changes nothing. */
export function paint(edits) {
  for (const edit of edits) KINDS[edit.kind]?.(edit.span ?? edit.relation ?? edit.note);
  forget();
  highlightWaiting();
}

export function paintWaiting() {
  paint(queue.all().map(({ edit }) => edit));
}

/** One span, without a look at the whole list: it changes with every edit that is painted. */
function one(key) {
  const element = key && elementOf(key);
  return element ? read(element) : null;
}

function addSpan({ id, label, pieces, attributes, entity = "" }) {
  if (elementOf(id)) return;
  const item = document.getElementById("item-template").content.firstElementChild.cloneNode(true);
  const button = buttonOf(label);
  item.classList.add(`label-${label}`);
  item.classList.toggle("item--open", Boolean(askedOf(label)));
  Object.assign(item.dataset, { span: id, label, attributes: JSON.stringify(attributes), entity });
  item.hidden = button?.dataset.counted === undefined;
  item.querySelector(".item__number").textContent = button?.dataset.letter ?? "";
  item.querySelector(".item__number").dataset.numberOf = id;
  item.querySelector(".item__said").textContent = `${label}, being saved.`;
  place(item, pieces);
}

function changeSpan({ id, label, pieces, attributes, entity }) {
  const span = one(id);
  if (!span) return;
  const { element } = span;
  if (label && label !== span.label) {
    unlane(span);
    element.classList.replace(`label-${span.label}`, `label-${label}`);
    element.dataset.label = label;
    element.hidden = buttonOf(label)?.dataset.counted === undefined;
    element.querySelector(".item__number").textContent = buttonOf(label)?.dataset.letter ?? "";
  }
  if (pieces && String(pieces) !== String(span.pieces)) {
    unlane(span);
    place(element, pieces);
  }
  if (attributes) element.dataset.attributes = JSON.stringify(merged(span.attributes, attributes));
  if (entity !== undefined) element.dataset.entity = entity ?? "";
  element.classList.add("item--waiting");
  forget(element);
}

function removeSpan({ id }) {
  const span = one(id);
  if (!span) return;
  unlane(span);
  for (const link of document.querySelectorAll(`#items [data-to="${CSS.escape(id)}"]`)) link.remove();
  document.querySelector(`[data-chip="${CSS.escape(id)}"]`)?.remove();
  span.element.remove();
}

function addRelation({ id, type, from, to }) {
  const [source, target] = [one(from), one(to)];
  if (!source || !target || document.querySelector(`[data-relation="${CSS.escape(id)}"]`)) return;
  const link = document.createElement("span");
  Object.assign(link.dataset, { relation: id, type, to });
  link.textContent = target.element.hidden ? nameOf(target) : `${linkName(type)} ${numberOf(target)}`;
  source.element.querySelector(".item__missing")?.remove();
  source.element.classList.remove("item--open");
  source.element.querySelector(".item__facts").append(link);
  chip(source)?.replaceChildren(link.textContent);
}

function removeRelation({ id }) {
  const link = document.querySelector(`#items [data-relation="${CSS.escape(id)}"]`);
  if (link) chip({ key: link.closest("[data-span]").dataset.span })?.replaceChildren("…");
  link?.remove();
}

function setNote({ span, text }) {
  const note = text.trim() ? text : "";
  if (!span) document.getElementById("article-note").textContent = note;
  const item = span && elementOf(span);
  if (!item) return;
  if (note) item.dataset.note = note;
  else delete item.dataset.note;
  forget(item);
  for (const tag of document.querySelectorAll(`.tag[data-number-of="${CSS.escape(span)}"]`))
    tag.classList.toggle("tag--noted", Boolean(note));
}

/** Write the pieces of an item and put it where it belongs in the list. */
function place(item, pieces) {
  item.dataset.pieces = pieces.map((piece) => piece.join("-")).join(" ");
  const words = wordsOf(pieces.slice(0, 1));
  item.querySelector(".item__text").textContent = words.length > 90 ? `${words.slice(0, 90)}…` : words;
  const [start] = pieces[0];
  const paragraph = paragraphAt(start) ?? paragraphs().find((one) => endOf(one) > start);
  const list = document.getElementById(paragraph.id.replace("p", "items-"));
  const after = [...list.children].find((one) => one !== item && parseInt(one.dataset.pieces) > start);
  list.insertBefore(item, after ?? null);
}

/** Take the lanes and tags of a span off the text. */
function unlane({ key, label }) {
  for (const run of document.querySelectorAll(`.run[data-spans~="${CSS.escape(token(key))}"]`)) {
    const lane = run.dataset.spans.split(" ").indexOf(token(key));
    run.classList.remove(`l${lane}-${label}`);
  }
  for (const tag of document.querySelectorAll(`.tag[data-number-of="${CSS.escape(key)}"]`)) tag.remove();
}

/** Underline what has no lane of its own yet. */
function highlightWaiting() {
  const fresh = new Map();
  for (const key of new Set(queue.all().map(({ edit }) => edit.span?.id))) {
    const span = get(key);
    if (span && !document.querySelector(`.tag[data-number-of="${CSS.escape(key)}"]`))
      fresh.set(span.label, [...(fresh.get(span.label) ?? []), ...span.pieces]);
  }
  for (const button of document.querySelectorAll("[data-action=tag]"))
    highlight(`new-${button.dataset.label}`, fresh.get(button.dataset.label) ?? []);
}

function chip({ key }) {
  return document.querySelector(`[data-chip="${CSS.escape(key)}"] .chip__name`);
}

function merged(attributes, changes) {
  const result = { ...attributes, ...changes };
  for (const [key, value] of Object.entries(result)) if (value === null) delete result[key];
  return result;
}
