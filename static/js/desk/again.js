// Edits that the server refused, made again on top of what it has now. `was` is what each was made on:
// {spans: {key: {label, pieces, attributes, entity}}, link: {type, from, to}}.
import { get, read } from "./spans.js";
import { newId, plain, removeRelation } from "./edits.js";

/** What an edit that is being made is made on, as the page shows it. */
export function wasOf({ kind, span, relation, note }) {
  const link = kind === "remove_relation" ? linkOf(document, relation.id) : undefined;
  const ends = [relation?.from ?? link?.from, relation?.to ?? link?.to];
  const keys = [span?.id, note?.span, ...ends].filter(Boolean);
  const spans = keys.map((key) => [key, stateOf(get(key))]).filter(([, state]) => state);
  return { spans: Object.fromEntries(spans), link };
}

const stateOf = (span) =>
  span && { label: span.label, pieces: span.pieces, attributes: span.attributes, entity: span.entity };

/** A span as an answer of the server has it; null when it is not there. */
export function spanIn(sheet, key) {
  const element = sheet.querySelector(`[data-span="${CSS.escape(key)}"]`);
  return element && read(element);
}

function linkOf(root, id) {
  const element = root.querySelector(`[data-relation="${CSS.escape(id)}"]`);
  return element ? asLink(element) : undefined;
}

function asLink(element) {
  const { relation: id, type, to } = element.dataset;
  return { id, type, from: element.closest("[data-span]").dataset.span, to };
}

/** The note on a span, or on the article when there is no key, as an answer has it. */
export function noteIn(sheet, key) {
  return key ? (spanIn(sheet, key)?.note ?? "") : sheet.getElementById("article-note").textContent;
}

export const isClosed = (sheet) => sheet.getElementById("reading").dataset.state !== "in_progress";

/** Whether what an edit asks for is so already: somebody did the same. */
export function isDone({ kind, span, relation, note }, sheet) {
  if (kind === "remove_span") return !spanIn(sheet, span.id);
  if (kind === "remove_relation") return !linkOf(sheet, relation.id);
  if (kind === "add_relation") return rivals(relation, sheet).some(({ to }) => to === relation.to);
  if (kind === "change_span") return isSuch(spanIn(sheet, span.id), span);
  if (kind === "set_note") return noteIn(sheet, note.span) === note.text.trim();
  return kind === "submit" && isClosed(sheet);
}

function isSuch(now, { label, pieces, attributes = {}, entity }) {
  return Boolean(
    now &&
      (label === undefined || label === now.label) &&
      (pieces === undefined || String(pieces) === String(now.pieces)) &&
      (entity === undefined || (entity ?? "") === now.entity) &&
      Object.entries(attributes).every(([key, value]) => (now.attributes[key] ?? null) === value),
  );
}

/** The links that answer the same question about the same span. */
function rivals({ type, from }, sheet) {
  const source = sheet.querySelector(`[data-span="${CSS.escape(from)}"]`);
  const links = Array.from(source?.querySelectorAll("[data-relation]") ?? [], asLink);
  return links.filter((link) => link.type === type);
}

/** The spans that the edits of `entries` need and the server has no more, by key; null: it is not known how they were. */
export function missing(entries, sheet) {
  const made = entries.flatMap(({ edit }) => (edit.kind === "add_span" ? [edit.span.id] : []));
  const found = new Map();
  for (const { edit, was } of entries) {
    if (!["change_span", "add_relation", "set_note"].includes(edit.kind)) continue;
    for (const key of [edit.span?.id, edit.note?.span, edit.relation?.from, edit.relation?.to])
      if (key && !made.includes(key) && !found.has(key) && !spanIn(sheet, key))
        found.set(key, was?.spans?.[key] ?? null);
  }
  return found;
}

/** The entries that do after all what those of `entries` ask for, on what `sheet` shows; [] when nothing is left to do. */
export function again(entries, sheet) {
  const lost = missing(entries, sheet);
  const wanted = entries.filter(({ edit }) => lost.has(edit.span?.id ?? edit.note?.span) || !isDone(edit, sheet));
  const before = isClosed(sheet) && wanted.length ? [plain("reopen")] : [];
  for (const [key, state] of lost) before.push(addAgain(key, state));
  for (const { edit } of wanted)
    if (edit.kind === "add_relation") before.push(...rivals(edit.relation, sheet).map(({ id }) => removeRelation(id)));
  const [first] = entries;
  const group = newId();
  const isFirst = ({ edit }) => (edit.group ?? edit.id) === (first.edit.group ?? first.edit.id);
  return [
    ...before.map((edit) => ({ edit: { ...edit, group }, was: { spans: {} } })),
    // What takes part in another group now is another edit.
    ...wanted.map((entry) =>
      isFirst(entry) ? { ...entry, edit: { ...entry.edit, id: newId(), group } } : entry,
    ),
  ];
}

function addAgain(id, { label, pieces, attributes, entity }) {
  const span = { id, label, pieces, attributes, ...(entity && { entity }) };
  return { id: newId(), kind: "add_span", span };
}
