// The desk. Buttons name what they do by data-action; here is what each name means.
import { act, isClosed, sayClosed } from "./act.js";
import { announce } from "./announce.js";
import { plain } from "./edits.js";
import { renumber } from "./numbers.js";
import { paintWaiting } from "./paint.js";
import { offsetAt } from "./offsets.js";
import * as details from "./details.js";
import * as keys from "./keys.js";
import * as link from "./link.js";
import * as queue from "./queue.js";
import * as selection from "./selection.js";
import * as skip from "./skip.js";
import * as spans from "./spans.js";
import * as state from "./state.js";
import * as strip from "./strip.js";
import * as tag from "./tag.js";
import { current, refresh, reveal, select } from "./select.js";
import { decide, flush } from "./sender.js";
import { showHelp } from "./help.js";

const pane = document.getElementById("text");
const editable = Boolean(pane.dataset.edits);

const ACTIONS = {
  tag: ({ dataset }) => tag.tag(dataset.label),
  "add-piece": tag.addPiece,
  "remove-piece": tag.removePiece,
  remove: tag.remove,
  cycle: tag.cycle,
  leave,
  answer: ({ dataset }) => link.answer(dataset.of),
  none: ({ dataset }) => link.none(dataset.attribute),
  link: link.link,
  unlink: ({ dataset }) => link.unlink(dataset.of),
  attribute: details.choose,
  undo: () => act([plain("undo")]) && announce("last change taken back"),
  redo: () => act([plain("redo")]) && announce("change brought back"),
  submit: state.submit,
  "submit-anyway": state.submitAnyway,
  skip: skip.ask,
  reopen: () => act([plain("reopen")]),
  retry: () => settle("retry"),
  discard: () => settle("discard"),
  help: showHelp,
  select: (button) => choose(button.dataset.of ?? button.closest("[data-span]").dataset.span),
  "toggle-side": (button) => {
    const open = document.getElementById("side").classList.toggle("is-open");
    button.setAttribute("aria-expanded", open);
  },
};

/** What a closed reading takes no more. */
const CHANGES = new Set(
  "tag add-piece remove-piece remove answer none link unlink attribute undo redo".split(" "),
);

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-action]");
  if (!button || button.ariaDisabled === "true") return;
  if (isClosed() && CHANGES.has(button.dataset.action)) return sayClosed();
  selection.read();
  ACTIONS[button.dataset.action](button);
});

/** Select from the list: bring the text there, and keep the keys working. */
function choose(key) {
  select(key);
  if (current()) reveal(current());
}

/** Esc: first the selected words are let go, then the selected span. */
function leave() {
  if (selection.selected().length) selection.clear();
  else select(null);
}

let letGo; // the span that the first click of a double click let go
pane.addEventListener("click", ({ target, detail }) => {
  selection.read();
  if (detail > 1 && letGo) select(letGo); // a word was meant, and the open span still waits for it
  if (!getSelection().isCollapsed || target.closest("a, button")) return;
  const run = target.closest(".run");
  const offset = run ? offsetAt(run, 0) : selection.caretOffset();
  const here = offset === null || !target.closest(".para__text") ? [] : spans.at(offset).map(({ key }) => key);
  const next = here[(here.indexOf(current()?.key) + 1) % here.length];
  letGo = next ? null : current()?.key;
  select(next ?? null);
});

/** After every change of the reading, ours or the server's. */
function changed() {
  if (editable) paintWaiting();
  renumber();
  selection.restore();
  refresh();
  if (editable) state.draw();
}

function settle(choice) {
  document.getElementById("refused").close();
  decide(choice);
}

document.addEventListener("desk:changed", changed);
if (editable) {
  document.addEventListener("desk:selected", strip.draw);
  document.addEventListener("desk:selected", details.draw);
  document.addEventListener("desk:selection", strip.draw);
  document.addEventListener("desk:refused", ({ detail }) => {
    const dialog = document.getElementById("refused");
    dialog.querySelector("[data-role=sentence]").textContent = detail.sentence;
    dialog.querySelector("[data-role=what]").textContent =
      `It is kept here (${detail.entries.map(({ edit }) => edit.kind.replace("_", " ")).join(", ")}). What you see behind this is the reading as the server has it, with your change on top.`;
    // What is wrong in itself stays wrong; what somebody else changed may be tried on top of that.
    dialog.querySelector("[data-action=retry]").hidden = detail.status === 422;
    dialog.showModal();
  });
  // A press on a button must not take the focus and the selection away from the text.
  document.addEventListener("mousedown", (event) => {
    if (!event.target.closest("[data-action]") || event.target.closest("dialog")) return;
    event.preventDefault();
    pane.focus({ preventScroll: true });
  });
  document.addEventListener("keydown", ({ key, target }) => {
    if (key === "Escape" && pane.contains(target) && !current()) selection.clear();
  });
  keys.listen(pane);
  pane.focus({ preventScroll: true });
  if (queue.all().length) changed();
  flush();
}
