// The strip: the one open question about the selected span, its answers, and the tools that fit.
import { announce } from "./announce.js";
import { at, linksOf, nameOf, numberOf } from "./spans.js";
import { askedOf, linkName, namesEntity } from "./schema.js";
import { caretSeen, selected } from "./selection.js";
import { continuation } from "./offer.js";
import { current } from "./select.js";
import { answerBefore, possible } from "./link.js";
import { rank } from "./rank.js";
import { meantBy, registry } from "./registry.js";
import { rangesOf, wordsOf } from "./offsets.js";
import { writeKeys } from "./key_map.js";

const strip = document.getElementById("strip");
const part = (role) => strip.querySelector(`[data-role="${role}"]`);
let told = null; // the key of the span whose question was said last
const tool = (action) => strip.querySelector(`[data-action="${action}"]`);

/** Draw the strip for what is selected now; returns the answers that have a number, for the text. */
export function draw() {
  const span = current();
  part("hint").hidden = Boolean(span);
  part("tools").hidden = !span && !selected().length;
  for (const ask of strip.querySelectorAll(".ask")) ask.hidden = true;
  drawTools(span);
  if (!span) told = null;
  const asked = span && askedOf(span.label);
  if (asked) return drawQuestion(span, asked);
  if (span && namesEntity(span.label)) drawWho(span);
  return [];
}

function drawQuestion(span, asked) {
  const { element } = asked;
  element.hidden = false;
  element.querySelector("[data-role=number]").textContent = numberOf(span);
  const linked = linksOf(span).filter((link) => link.from === span.key).map((link) => link.to);
  const offers = rank(span, asked);
  const answers = offers.map(({ name, key, pieces }, at) => {
    const button = answerButton(name, at);
    button.setAttribute("aria-pressed", linked.includes(key));
    return Object.assign(button.dataset, key ? { of: key } : { pieces: pieces.flat().join(" ") }) && button;
  });
  element.querySelector("[data-role=answers]").replaceChildren(...answers);
  const before = answerBefore();
  const again = element.querySelector("[data-action=answer-before]");
  again.hidden = !before;
  if (before) again.title = nameOf(before);
  element.querySelector("[data-action=none]")?.setAttribute("aria-pressed", span.attributes[asked.none] === true);
  if (span.key !== told && !linked.length) tell(span, element, offers);
  return offers;
}

/** Say the question, and whom the first numbers mean, to those who do not see it: once for each span. */
function tell({ key }, element, offers) {
  told = key;
  const question = element.querySelector(".ask__question").textContent.trim();
  announce([question, ...offers.slice(0, 3).map(({ name }, at) => `${at + 1} ${name}`)].join(", "));
}

/** Ask who a speaker is: those whom the registry knows by these words, or somebody new. */
function drawWho(span) {
  const element = strip.querySelector("[data-asks-who]");
  element.hidden = false;
  const words = wordsOf(span.pieces);
  const known = meantBy(words).map(({ name }) => name);
  const isNew = /\p{Lu}|\p{Lo}/u.test(words) && !registry.some(({ name }) => name === words);
  const answers = [...known, ...(isNew ? [words] : [])].map((name, at) => {
    const button = answerButton(name, at);
    button.dataset.action = "name";
    button.dataset.name = name;
    button.setAttribute("aria-pressed", name === span.entity);
    if (!known.includes(name)) button.querySelector("span").textContent = `new: ${name}`;
    return button;
  });
  element.querySelector("[data-role=answers]").replaceChildren(...answers);
}

function answerButton(name, at) {
  const button = document.getElementById("answer-template").content.firstElementChild.cloneNode(true);
  writeKeys(button, at ? [String(at + 1)] : ["1", "Enter"]);
  button.querySelector("kbd").textContent = at + 1;
  button.querySelector("span").textContent = name;
  button.title = name; // where there is no room for all of it
  return button;
}

function drawTools(span) {
  const joins = span && possible();
  tool("link").hidden = !joins;
  if (joins)
    part("link-text").textContent =
      `${numberOf(joins.from)} ${linkName(joins.type)} ${joins.to.element.hidden ? nameOf(joins.to) : numberOf(joins.to)}`;
  const rest = span && !selected().length && continuation(span);
  tool("add-piece").hidden = !span || !(selected().length || rest);
  if (span) part("piece-text").textContent = rest ? `add ${short(rest)}` : "add piece";
  tool("remove-piece").hidden = !span || span.pieces.length < 2;
  tool("cycle").hidden = !span || at(caretSeen() ?? span.pieces[0][0]).length < 2;
  for (const action of ["remove", "occurrences"]) tool(action).hidden = !span;
}

function short(pieces) {
  const words = String(rangesOf(pieces)[0]);
  return words.length > 24 ? `${words.slice(0, 24).toWellFormed()}…` : words;
}

// A wheel that turns one way only moves a row that is longer than the window.
strip?.addEventListener("wheel", ({ deltaX, deltaY, target }) => {
  if (!deltaX) for (const row of [".ask__answers", ".strip__row"]) target.closest(row)?.scrollBy(deltaY, 0);
}, { passive: true });
