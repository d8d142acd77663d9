// The desk. Buttons name what they do by data-action; here is what each name means.
import "../base.js";
import { act, isClosed, sayClosed } from "./act.js";
import { announce } from "./announce.js";
import { plain } from "./edits.js";
import { renumber } from "./numbers.js";
import { paintWaiting } from "./paint.js";
import { offsetAt, offsetAtPoint } from "./offsets.js";
import * as arc from "./arc.js";
import * as caret from "./caret.js";
import * as details from "./details.js";
import * as edges from "./edges.js";
import * as find from "./find.js";
import * as handles from "./handles.js";
import * as keys from "./keys.js";
import * as link from "./link.js";
import * as notes from "./notes.js";
import * as occurrences from "./occurrences.js";
import * as offer from "./offer.js";
import * as queue from "./queue.js";
import * as selection from "./selection.js";
import * as skip from "./skip.js";
import * as spans from "./spans.js";
import * as state from "./state.js";
import * as stops from "./stops.js";
import * as strip from "./strip.js";
import * as tag from "./tag.js";
import * as unfinished from "./unfinished.js";
import { afterPaint } from "./after_paint.js";
import { badge } from "./badges.js";
import { onLayout } from "./overlay.js";
import { awaited } from "./open.js";
import { current, refresh, select } from "./select.js";
import { markLooked } from "./looked.js";
import { reveal } from "./reveal.js";
import { flush } from "./sender.js";
import { showHelp } from "./help.js";
import { tap } from "./touch.js";
import "./comfort.js";
import "./folds.js";
import "./leaving.js";
import "./partners.js";
import "./refused.js";

const pane = document.getElementById("text");
const editable = Boolean(pane.dataset.edits);
const way = ({ dataset }) => Number(dataset.way);

const ACTIONS = {
  tag: ({ dataset }) => tag.tag(dataset.label),
  "add-piece": tag.addPiece,
  "remove-piece": tag.removePiece,
  remove: tag.remove,
  cycle: tag.cycle,
  occurrences: occurrences.open,
  "tag-occurrences": occurrences.tagThem,
  leave,
  answer: ({ dataset: { of, pieces } }) => (of ? link.answer(of) : link.answerWith(pairs(pieces))),
  "answer-before": () => link.answer(link.answerBefore().key),
  find: find.open,
  name: ({ dataset }) => find.take(dataset.name),
  none: ({ dataset }) => link.none(dataset.attribute),
  link: link.link,
  unlink: ({ dataset }) => link.unlink(dataset.of),
  attribute: details.choose,
  move: (button) => away(() => caret.move(button.dataset.unit, way(button))),
  extend: (button) => caret.extend(button.dataset.unit, way(button)),
  grow: caret.grow,
  shrink: caret.shrink,
  stop: (button) => away(() => stops.stop(way(button))),
  span: (button) => beside(way(button)),
  nudge: (button) => edges.nudge(button.dataset.edge, button.dataset.unit, way(button)),
  undo: () => act([plain("undo")]) && announce("last change taken back"),
  redo: () => act([plain("redo")]) && announce("change brought back"),
  submit: state.submit,
  "submit-anyway": state.submitAnyway,
  note: notes.write,
  skip: skip.ask,
  reopen: () => act([plain("reopen")]),
  help: showHelp,
  select: (button) => choose(button.dataset.of ?? button.closest("[data-span]").dataset.span),
  look: ({ dataset }) => stops.look(Number(dataset.at)),
  "toggle-side": () => drawer(),
};

/** What a closed reading takes no more. */
const CHANGES = new Set(
  "tag add-piece remove-piece remove occurrences answer answer-before find name none link unlink attribute nudge undo redo".split(" "),
);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (!button || button.ariaDisabled === "true") return;
  if (isClosed() && CHANGES.has(button.dataset.action)) return sayClosed();
  selection.read();
  // An action that finds nothing to do says so, and its key then does what it does elsewhere.
  if (ACTIONS[button.dataset.action](button) === "nothing") event.preventDefault();
});

/** Select from the list: bring the text there, and keep the keys working. */
function choose(key) {
  const span = spans.get(key);
  if (!span) return;
  drawer(false); // on a narrow screen it covers the text
  selection.place(span.pieces[0][0]);
  select(key);
  reveal(span.pieces);
}

function drawer(open) {
  const isOpen = document.getElementById("side").classList.toggle("is-open", open);
  document.querySelector("[data-action=toggle-side]").setAttribute("aria-expanded", isOpen);
}

/** Go somewhere else: a span that waits for nothing is let go. */
function away(go) {
  if (!awaited()) select(null);
  go();
}

/** Select the span after the caret or the selected one, or before it; at the ends Tab leaves the text. */
function beside(direction) {
  const all = spans.all().filter(({ element }) => element);
  const from = current()?.pieces[0][0] ?? selection.caretOffset() ?? (direction > 0 ? -1 : Infinity);
  const at = all.findIndex(({ key }) => key === current()?.key);
  const next = at >= 0 ? all[at + direction]
    : direction > 0 ? all.find(({ pieces }) => pieces[0][0] >= from) : all.findLast(({ pieces }) => pieces[0][0] <= from);
  if (!next || leaving) return "nothing";
  choose(next.key);
  announce(spans.describe(next));
}

let leaving = false; // Esc with nothing left to let go: the next Tab leaves the text
/** Esc: first the selected words are let go, then the selected span. */
function leave() {
  leaving = !selection.selected().length && !current();
  if (selection.selected().length) selection.clear();
  else select(null);
}

pane.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest("a, button, .handle, [data-action]")) return;
  if (editable && event.pointerType === "touch") return tap(offsetAtPoint(event.clientX, event.clientY));
  selection.read();
  if (!getSelection().isCollapsed) return;
  const run = target.closest(".run");
  const offset = run ? offsetAt(run, 0) : selection.caretOffset();
  const here = offset === null || !target.closest(".para__text") ? [] : spans.at(offset).map(({ key }) => key);
  const next = here[(here.indexOf(current()?.key) + 1) % here.length];
  // A click on plain words keeps the open span: they may be the speaker whom it waits for.
  if (next || !awaited()) select(next ?? null);
  if (editable) markLooked();
});

let stale = false; // the numbers and buttons that follow the reading, after it changed
/** After every change of the reading, ours or the server's. */
function changed() {
  paintWaiting();
  selection.restore();
  stale = true;
  refresh();
}

/** After every change of what is selected. */
const selected = afterPaint(() => {
  if (stale) {
    stale = false;
    renumber();
    state.draw();
  }
  const answers = strip.draw();
  details.draw();
  unfinished.draw();
  caret.draw(offer.draw(current()));
  // Last come those that ask where words stand: asked after each change, the page is laid out each time.
  badge(answers);
  handles.draw();
  arc.draw();
});

const pairs = (numbers) => numbers.split(" ").map(Number).flatMap((_, at, all) => (at % 2 ? [] : [[all[at], all[at + 1]]]));

if (!editable) {
  document.addEventListener("desk:selected", arc.draw);
  onLayout(arc.draw);
}
if (editable) {
  document.addEventListener("desk:changed", changed);
  onLayout(selected);
  for (const type of ["desk:selected", "desk:selection", "desk:looked"]) document.addEventListener(type, selected);
  for (const type of ["focus", "blur"]) pane.addEventListener(type, selected); // the caret is shown while keys go there
  pane.addEventListener("pointerdown", caret.forget);
  pane.addEventListener("focus", () => (leaving = false));
  // A press on a button must not take the focus and the selection away from the text.
  document.addEventListener("mousedown", (event) => {
    if (!event.target.closest("[data-action]") || event.target.closest("dialog")) return;
    event.preventDefault();
    pane.focus({ preventScroll: true });
  });
  keys.listen(pane);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && pane.contains(event.target) && !event.defaultPrevented) leave();
  });
  pane.focus({ preventScroll: true });
  if (queue.all().length) changed();
  else selected();
  flush();
}
performance.mark("desk:ready"); // what `make bench` waits for
