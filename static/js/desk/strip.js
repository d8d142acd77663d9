// The strip: the one open question about the selected span, its answers, and the tools that fit.
import { at, linksOf, nameOf, numberOf } from "./spans.js";
import { askedOf, linkName } from "./schema.js";
import { caretOffset, selected } from "./selection.js";
import { current } from "./select.js";
import { possible } from "./link.js";
import { rank } from "./rank.js";

const strip = document.getElementById("strip");
const part = (role) => strip.querySelector(`[data-role="${role}"]`);
const tool = (action) => strip.querySelector(`[data-action="${action}"]`);

/** Draw the strip for what is selected now. */
export function draw() {
  const span = current();
  part("hint").hidden = Boolean(span);
  part("tools").hidden = !span;
  for (const ask of strip.querySelectorAll("[data-asks]")) ask.hidden = ask.dataset.asks !== span?.label;
  for (const tag of document.querySelectorAll(".tag[data-badge]")) delete tag.dataset.badge;
  if (!span) return;
  const asked = askedOf(span.label);
  if (asked) drawQuestion(span, asked);
  drawTools(span);
}

function drawQuestion(span, asked) {
  asked.element.querySelector("[data-role=number]").textContent = numberOf(span);
  const linked = linksOf(span).filter((link) => link.from === span.key).map((link) => link.to);
  const answers = rank(span, asked).map((target, at) => answerButton(target, at + 1, linked));
  asked.element.querySelector("[data-role=answers]").replaceChildren(...answers);
  const none = asked.element.querySelector("[data-action=none]");
  none?.setAttribute("aria-pressed", span.attributes[none.dataset.attribute] === true);
}

function answerButton(target, digit, linked) {
  const button = document.getElementById("answer-template").content.firstElementChild.cloneNode(true);
  button.dataset.of = target.key;
  button.setAttribute("aria-keyshortcuts", digit);
  button.setAttribute("aria-pressed", linked.includes(target.key));
  button.querySelector("kbd").textContent = digit;
  button.querySelector("span").textContent = nameOf(target);
  for (const tag of document.querySelectorAll(`.tag[data-number-of="${CSS.escape(target.key)}"]`))
    tag.dataset.badge = digit;
  return button;
}

function drawTools(span) {
  const joins = possible();
  tool("link").hidden = !joins;
  if (joins)
    part("link-text").textContent =
      `${numberOf(joins.from)} ${linkName(joins.type)} ${joins.to.element.hidden ? nameOf(joins.to) : numberOf(joins.to)}`;
  tool("add-piece").hidden = !selected().length;
  tool("remove-piece").hidden = span.pieces.length < 2;
  tool("cycle").hidden = at(caretOffset() ?? span.pieces[0][0]).length < 2;
}
