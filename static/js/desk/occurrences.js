// `a`: tag all other places that read like the selected span, after showing how many and where.
import { act } from "./act.js";
import { addSpan, newId } from "./edits.js";
import { announce } from "./announce.js";
import { highlight } from "./highlight.js";
import { codePoints, paragraphs, startOf, wordsOf } from "./offsets.js";
import { current } from "./select.js";
import { all, numberOf } from "./spans.js";
import { touching } from "./pieces.js";
import { tokensOf } from "./tokens.js";
import { say } from "../toast.js";

const AROUND = 32; // UTF-16 units of text shown on either side
const dialog = document.getElementById("occurrences");
let found = [];

export function open() {
  const span = current();
  if (!span) return;
  if (span.pieces.length > 1) return say("A span in several pieces has no other places like it.", "info");
  found = others(span);
  if (!found.length) return say(`There is no other place that reads “${wordsOf(span.pieces)}”.`, "info");
  highlight("occurrence", found.map(({ piece }) => piece));
  dialog.querySelector("[data-role=what]").textContent =
    `${found.length} other ${found.length === 1 ? "place reads" : "places read"} like ${numberOf(span)}:`;
  dialog.querySelector("[data-role=places]").replaceChildren(...found.map(line));
  dialog.showModal();
  dialog.querySelector("[data-action=tag-occurrences]").focus();
}

/** Tag those that are still ticked, as one action. */
export function tagThem() {
  const { label, entity } = current();
  const ticked = [...dialog.querySelectorAll("input")].flatMap((box, at) => (box.checked ? [found[at].piece] : []));
  dialog.close();
  if (!ticked.length) return;
  act(ticked.map((piece) => addSpan(newId(), label, [piece], entity)));
  announce(`${ticked.length} more tagged as ${label}`);
}

/** Whole words only, and none that has this label already. */
function others({ label, pieces: [piece] }) {
  const words = wordsOf([piece]);
  const isTagged = touching(all().filter((span) => span.label === label).flatMap(({ pieces }) => pieces));
  return paragraphs().flatMap((paragraph) => inParagraph(paragraph, words)).filter(({ piece: one }) => !isTagged(one));
}

function inParagraph(paragraph, words) {
  const text = paragraph.textContent;
  const places = [];
  let edges = null;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
    edges ??= new Set(tokensOf(paragraph).flat());
    const start = codePoints(text.slice(0, at));
    const end = start + codePoints(words);
    if (!edges.has(start) || !edges.has(end)) continue;
    const base = startOf(paragraph);
    const context = [text.slice(Math.max(0, at - AROUND), at), words, text.slice(at + words.length).slice(0, AROUND)];
    places.push({ piece: [start + base, end + base], context });
  }
  return places;
}

function line({ context: [before, words, after] }) {
  const row = document.getElementById("occurrence-template").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-role=before]").textContent = `…${before.toWellFormed()}`;
  row.querySelector("b").textContent = words;
  row.querySelector("[data-role=after]").textContent = `${after.toWellFormed()}…`;
  return row;
}

dialog?.addEventListener("close", () => {
  highlight("occurrence", []);
  document.getElementById("text").focus({ preventScroll: true });
});
