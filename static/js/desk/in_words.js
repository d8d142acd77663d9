// Edits, and what they are about, in words: for whoever has to decide about them.
import { spanIn } from "./again.js";
import { linkName } from "./schema.js";
import { wordsOf } from "./offsets.js";

const LONGEST = 70; // characters

/** What somebody did by an edit, with the spans as they were then. */
export function didWhat({ edit: { kind, span, relation, note }, was = {} }) {
  const nameOf = (key) => quoted(was.spans?.[key]?.pieces ?? []);
  const before = was.spans?.[span?.id];
  const link = relation?.from ? relation : was.link;
  switch (kind) {
    case "add_span":
      return `You tagged ${quoted(span.pieces)} as a ${span.label}.`;
    case "remove_span":
      return `You removed the ${before?.label ?? "span"} ${nameOf(span.id)}.`;
    case "change_span":
      return `You changed the ${before?.label ?? "span"} ${nameOf(span.id)}: ${changes(span)}.`;
    case "add_relation":
      return `You linked ${nameOf(link.from)} (${linkName(link.type)}) to ${nameOf(link.to)}.`;
    case "remove_relation":
      return link ? `You unlinked ${nameOf(link.from)} from ${nameOf(link.to)}.` : "You removed a link.";
    case "set_note":
      return `You wrote on ${note.span ? nameOf(note.span) : "the article"}: “${clipped(note.text)}”`;
    case "undo":
      return "You took back the last change.";
    case "redo":
      return "You brought back the last change.";
    default:
      return `You wanted to ${kind} this article.`;
  }
}

function changes({ label, pieces, attributes = {}, entity }) {
  const parts = Object.entries(attributes).map(([key, value]) => `${key} ${value ?? "taken away"}`);
  if (label) parts.push(`now a ${label}`);
  if (pieces) parts.push(`now ${quoted(pieces)}`);
  if (entity !== undefined) parts.push(entity ? `named ${entity}` : "without a name");
  return parts.join(", ");
}

/** How a span stands in an answer of the server. */
export function asItIs(key, was, sheet) {
  const span = spanIn(sheet, key);
  if (!span) return was ? `The ${was.label} ${quoted(was.pieces)} was removed.` : "It was removed.";
  const noted = span.note ? ` Note: “${clipped(span.note)}”` : "";
  const facts = Array.from(span.element.querySelectorAll(".item__facts > *"), (fact) => fact.textContent);
  return `${span.label[0].toUpperCase()}${span.label.slice(1)} ${quoted(span.pieces)}${facts.map((fact) => `, ${fact}`).join("")}.${noted}`;
}

function quoted(pieces) {
  const words = pieces.map((piece) => wordsOf([piece])).join(" … ");
  if (!words) return "(a new one)";
  const shown = clipped(words);
  return /^[“"«„‹「]/.test(shown) ? shown : `“${shown}”`;
}

export function clipped(words) {
  const characters = Array.from(words);
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join("")}…` : words;
}
