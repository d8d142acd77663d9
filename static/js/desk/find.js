// `/`: find who it was by typing. Offers the people of this article, then the corpus's registry, then the names that
// the text offers.
import { act } from "./act.js";
import { announce } from "./announce.js";
import { changeSpan } from "./edits.js";
import { names } from "./candidates.js";
import { wordsOf } from "./offsets.js";
import { answer, answerWith } from "./link.js";
import { askedOf, namesEntity } from "./schema.js";
import { current } from "./select.js";
import { registry } from "./registry.js";
import { all, nameOf } from "./spans.js";
import { say } from "../toast.js";

const dialog = document.getElementById("find");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
let asking = 0; // counts the questions to the server: only the answer to the last one is shown
let known = registry;

export function open() {
  if (!current()) return;
  input.value = "";
  known = registry;
  draw();
  dialog.showModal();
  input.focus(); // not the button that closes, which comes first
}

/** Take an entity: the selected speaker is it, or the selected quote was said by it. */
export function take(name) {
  dialog.close();
  const span = current();
  if (namesEntity(span.label)) {
    act([changeSpan(span.key, { entity: name })]);
    return announce(`this is ${name}`);
  }
  const { target } = askedOf(span.label);
  const tagged = all().filter((one) => one.label === target && nameOf(one) === name);
  const nearest = tagged.sort((one, other) => away(one, span) - away(other, span))[0];
  if (nearest) return answer(nearest.key);
  const mention = mentionOf(name);
  if (mention) return answerWith([mention], known.some((entity) => entity.name === name) ? name : undefined);
  say(`The text does not name ${name}. Select the words that stand for them and press the letter of ${target}.`, "info");
}

/** The first place in the text that reads like an entity or one of its aliases. */
function mentionOf(name) {
  const own = [name, ...(known.find((entity) => entity.name === name)?.aliases ?? [])];
  return names.find((stretch) => own.includes(wordsOf([stretch])));
}

const away = (one, other) => Math.abs(one.pieces[0][0] - other.pieces[0][0]);

function draw() {
  const typed = input.value.trim();
  const fits = (name) => name.toLowerCase().includes(typed.toLowerCase());
  const here = new Set(all().filter(({ label }) => namesEntity(label)).map(nameOf));
  const found = [...here, ...known.filter(({ name, aliases }) => [name, ...aliases].some(fits)).map(({ name }) => name)];
  const named = typed ? names.map((stretch) => wordsOf([stretch])).filter(fits) : [];
  const offered = [...new Set([...found, ...named])].filter((name) => here.has(name) ? fits(name) : true).slice(0, 12);
  if (typed && !offered.includes(typed) && namesEntity(current().label)) offered.push(typed);
  const noteOf = (name) => (found.includes(name) ? "" : named.includes(name) ? "named in the text" : "new");
  list.replaceChildren(...offered.map((name, at) => option(name, at, noteOf(name))));
  dialog.querySelector("[data-role=nobody]").hidden = !typed || offered.length > 0;
  mark(0);
}

function option(name, at, note) {
  const item = document.getElementById("find-template").content.firstElementChild.cloneNode(true);
  item.id = `find-${at}`;
  item.dataset.name = name;
  item.querySelector("[data-role=name]").textContent = name;
  item.querySelector("[data-role=note]").textContent = note;
  return item;
}

const marked = () => list.querySelector("[aria-selected=true]");

function mark(at) {
  const options = [...list.children];
  for (const one of options) one.setAttribute("aria-selected", one === options[at]);
  if (options[at]) input.setAttribute("aria-activedescendant", options[at].id);
  else input.removeAttribute("aria-activedescendant");
  options[at]?.scrollIntoView({ block: "nearest" });
}

/** Ask the server for those of the registry who do not come with the page. */
async function ask() {
  const mine = ++asking;
  draw();
  const typed = input.value.trim();
  if (!typed || !dialog.dataset.search) return;
  const answered = await fetch(`${dialog.dataset.search}?q=${encodeURIComponent(typed)}`).catch(() => null);
  if (mine !== asking || !answered?.ok) return; // offline: what came with the page is still there
  const more = await answered.json();
  known = [...registry, ...more.filter(({ name }) => !registry.some((entity) => entity.name === name))];
  draw();
}

dialog?.addEventListener("input", ask);
input?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const count = list.children.length;
  if (step && count) {
    event.preventDefault();
    mark(([...list.children].indexOf(marked()) + step + count) % count);
  } else if (event.key === "Enter" && marked()) {
    event.preventDefault();
    take(marked().dataset.name);
  }
});
list?.addEventListener("click", ({ target }) => {
  const chosen = target.closest("[role=option]");
  if (chosen) take(chosen.dataset.name);
});
dialog?.addEventListener("close", () => document.getElementById("text").focus({ preventScroll: true }));
