// What the server refused stays on screen, and its author decides: what I did, what is there now, and which of
// the two it shall be.
import { again, isClosed, isDone, missing, noteIn } from "./again.js";
import { asItIs, clipped, didWhat } from "./in_words.js";
import { decide } from "./sender.js";
import { namesOf } from "../waiting.js";
import { say } from "../toast.js";

const MOST_LINES = 5;
const dialog = document.getElementById("refused");
const part = (role) => dialog.querySelector(`[data-role="${role}"]`);
const button = (choice) => dialog.querySelector(`[data-decides="${choice}"]`);
let about = null; // what was refused: {sentence, status, sheet, entries}

function refused({ detail }) {
  about = detail;
  const { entries, sheet, status } = about;
  if (sheet && status === 409 && entries.every(({ edit }) => isDone(edit, sheet))) {
    say("This was done elsewhere already.", "info");
    return decide();
  }
  draw();
  if (!dialog.open) dialog.showModal();
}

function draw() {
  const { sentence, status, sheet, entries } = about;
  const offered = offer();
  part("sentence").textContent = sentence;
  list("mine", entries.map(didWhat));
  part("now").hidden = status !== 409;
  if (status === 409) list("theirs", now(entries, sheet));
  button("mine").hidden = !offered;
  button("mine").textContent = offered;
  button("theirs").textContent = status === 409 ? "Keep what is there" : "Discard it";
}

/** What can be done after all, in the words of its button; "" when nothing. */
function offer() {
  const { status, sheet, entries } = about;
  if (status === 413 || status === 500) return "Try again";
  // What is wrong in itself stays wrong; and to undo means another change by now: look first.
  if (status !== 409 || ["undo", "redo"].includes(entries[0].edit.kind)) return "";
  const lost = missing(entries, sheet);
  if ([...lost.values()].includes(null)) return "";
  if (lost.size) return "Tag it again";
  return isClosed(sheet) ? "Reopen and save mine" : "Use mine";
}

function now(entries, sheet) {
  const { state } = sheet.getElementById("reading").dataset;
  const lines = new Set(isClosed(sheet) ? [`The article is ${state}.`] : []);
  const made = entries.flatMap(({ edit }) => (edit.kind === "add_span" ? [edit.span.id] : []));
  if (entries.some(({ edit }) => edit.note && !edit.note.span))
    lines.add(`The note on the article: “${clipped(noteIn(sheet))}”`);
  for (const { edit, was } of entries)
    for (const key of new Set([...Object.keys(was?.spans ?? {}), ...namesOf({ span: edit.span })]))
      if (!made.includes(key)) lines.add(asItIs(key, was?.spans?.[key], sheet));
  return lines.size ? [...lines] : ["Other changes have been made. They are what you see behind this."];
}

function list(role, lines) {
  const more = lines.length - MOST_LINES;
  const shown = more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more`] : lines;
  part(role).replaceChildren(
    ...shown.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
  );
}

function choose({ target }) {
  const choice = target.closest("[data-decides]")?.dataset.decides;
  if (!choice || !about) return;
  const { status, sheet, entries } = about;
  close();
  if (choice === "theirs") decide();
  else if (status === 409) decide(again(entries, sheet), sheet);
  else decide(entries, sheet);
}

function close() {
  about = null;
  dialog.close();
}

if (dialog) {
  document.addEventListener("desk:refused", refused);
  document.addEventListener("desk:decided", close); // in another tab
  dialog.addEventListener("click", choose);
}
