// Buttons that follow the state of the reading: undo, redo, submit or reopen.
import { act, isClosed } from "./act.js";
import { plain } from "./edits.js";
import { flush } from "./sender.js";
import * as queue from "./queue.js";
import { lines } from "./unfinished.js";

const button = (action) => document.querySelector(`[data-action="${action}"]`);

/** Show the buttons that fit the state now. */
export function draw() {
  const { state, skipReason, canUndo, canRedo } = document.getElementById("reading").dataset;
  const waits = queue.all().length > 0;
  enable(button("undo"), canUndo || waits);
  enable(button("redo"), canRedo && !waits);
  for (const action of ["submit", "skip"]) button(action).hidden = isClosed();
  document.getElementById("closed").hidden = !isClosed();
  for (const badge of document.querySelectorAll("#closed [data-when]"))
    badge.hidden = badge.dataset.when !== state;
  const reason = document.querySelector("#closed [data-role=reason]");
  reason.textContent = reason.title = skipReason;
}

function enable(one, can) {
  if (can) one.removeAttribute("aria-disabled");
  else one.setAttribute("aria-disabled", "true");
}

/** Submit, after asking when something is unfinished; then open the next article. */
export function submit() {
  const open = lines();
  if (!open.length) return submitAnyway();
  const dialog = document.getElementById("unfinished-dialog");
  dialog.querySelector("[data-role=open]").replaceChildren(...open.map(line));
  dialog.showModal();
}

function line(sentence) {
  const element = document.createElement("li");
  element.textContent = sentence;
  return element;
}

export function submitAnyway() {
  document.getElementById("unfinished-dialog").close();
  close(plain("submit"));
}

/** Close the reading by an edit; once that is saved, open the next article. */
export function close(edit) {
  if (!act([edit])) return;
  const saved = () => isClosed() && location.assign(button("submit").dataset.next);
  document.addEventListener("desk:saved", saved, { once: true });
  flush();
}
