// Notes to whoever reviews: on the selected span (in its panel) and on the article (beside the text).
import { act, isClosed } from "./act.js";
import { announce } from "./announce.js";
import { setNote } from "./edits.js";
import { current } from "./select.js";

const pane = document.getElementById("text");
const onSpan = document.getElementById("note-on-span");
const onArticle = document.getElementById("note-on-article");

/** Go to where a note is written: on the selected span, else on the article. */
export function write() {
  const field = current() ? onSpan : onArticle;
  if (field === onArticle) document.getElementById("notes-fold").open = true;
  // A narrow page hides both until its list is asked for.
  if (!field.checkVisibility()) document.querySelector("[data-action=toggle-side]").click();
  field.focus();
}

/** Show the notes as they are; what is being typed stays. */
function draw() {
  const span = current();
  show(onArticle, "", document.getElementById("article-note").textContent);
  if (span) show(onSpan, span.key, span.note);
}

function show(field, key, text) {
  field.readOnly = isClosed();
  if (document.activeElement === field) return;
  field.dataset.noteOf = key;
  field.value = text;
}

function keep({ target: { value, dataset } }) {
  act([setNote(dataset.noteOf || null, value)]);
  announce(value.trim() ? "note kept" : "note removed");
}

function leave(event) {
  const done = event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
  if (!done || event.isComposing) return;
  event.preventDefault();
  pane.focus({ preventScroll: true });
}

if (onSpan) {
  document.addEventListener("desk:selected", draw);
  for (const field of [onSpan, onArticle]) {
    field.addEventListener("change", keep);
    field.addEventListener("keydown", leave);
  }
  // A page that is left keeps what was typed last: a field says that it changed when it loses the focus.
  addEventListener("pagehide", () => document.activeElement?.closest(".note__field")?.blur());
  draw();
}
