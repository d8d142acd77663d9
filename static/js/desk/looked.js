// Which quotations somebody has looked at: tagged, clicked into or stopped at. Remembered in this browser, as
// help for its user; it is no work and is not sent.
import { quotationAt, quotations } from "./candidates.js";
import { caretOffset } from "./selection.js";
import { touching } from "./pieces.js";
import { all } from "./spans.js";
import { storage } from "../storage.js";

const pane = document.getElementById("text");
const { user, article } = pane.dataset;
const KEY = `annotator:looked:${user}:${article}`;
const looked = new Set(JSON.parse(storage.getItem(KEY) ?? "[]"));

/** Note that the quotation at the caret was looked at. */
export function markLooked() {
  const start = caretOffset() === null ? undefined : quotationAt(caretOffset())?.[0][0];
  if (start === undefined || looked.has(start)) return;
  looked.add(start);
  pane.dispatchEvent(new CustomEvent("desk:looked", { bubbles: true }));
  try {
    storage.setItem(KEY, JSON.stringify([...looked]));
  } catch {
    // The storage is full: it is remembered as long as this page is open.
  }
}

/** The outermost quotations that nobody looked at and no span touches, each as its pieces. */
export function unlooked() {
  const isTagged = touching(all().flatMap(({ pieces }) => pieces));
  return quotations
    .filter(({ pieces, depth }) => depth === 0 && !looked.has(pieces[0][0]) && !pieces.some(isTagged))
    .map(({ pieces }) => pieces);
}
