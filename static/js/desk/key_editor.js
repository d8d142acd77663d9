// Change keys in the list of keys: press “change”, then the new key. What cannot be is said in a sentence.
import { nameOf } from "./keys.js";
import { change, defaults, holder, identityOf, meaning, reset, written } from "./key_map.js";

const dialog = document.getElementById("keys");
const said = document.getElementById("keys-said");
const MODIFIERS = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Fn"];
const BROWSER = ["A", "C", "F", "P", "R", "S", "V", "X"].map((letter) => `Control+${letter}`);
let asked = null; // {line, button, text}: whose new key is waited for

/** Wait for the new key of a button, in its line of the list. */
export function ask(line, button, text) {
  stop();
  asked = { line, button, text };
  line.classList.add("is-asked");
  said.textContent = `Press the new key for “${text}”, or Escape to leave it.`;
}

export function giveBack(button, text) {
  const first = defaults(button);
  const other = first.map((key) => holder(key, button)).find(Boolean);
  if (other) return say(`${written(first[0])} is the key for “${meaning(other)}” now. Change that one first.`);
  keep(button, null, `“${text}” has its first key again.`);
}

function stop() {
  asked?.line.classList.remove("is-asked");
  asked = null;
}

function press(event) {
  if (!asked || event.isComposing || MODIFIERS.includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  const { button, text } = asked;
  const key = nameOf(event);
  if (key === "Escape") say("Nothing was changed.");
  else {
    const problem = problemWith(key, button);
    if (problem) return say(problem);
    keep(button, key, `“${text}” has the key ${written(key)} now.`);
  }
  stop();
}

function problemWith(key, button) {
  if (/^\d$/.test(key) || key === "Enter") return `${key} answers the question below the text, and stays so. Press another key.`;
  if (/Tab$|Escape$/.test(key)) return `${written(key)} leads out of the text, and stays so. Press another key.`;
  if (BROWSER.includes(key)) return `${written(key)} belongs to the browser. Press another key.`;
  if (/Dead|Process|Unidentified/.test(key)) return "This key has no name here. Press another key.";
  const other = holder(key, button);
  return other && `${written(key)} is the key for “${meaning(other)}”. Press another key, or change that one first.`;
}

function keep(button, key, sentence) {
  change(button, key);
  say(sentence);
  lineOf(button).querySelector("button").focus();
}

const lineOf = (button) => dialog.querySelector(`[data-of="${CSS.escape(identityOf(button))}"]`);

function say(sentence) {
  said.textContent = sentence;
}

if (dialog) {
  dialog.addEventListener("keydown", press);
  dialog.addEventListener("focusout", stop);
  dialog.addEventListener("close", () => (said.textContent = ""));
  dialog.querySelector("[data-role=reset]").addEventListener("click", () => {
    reset();
    say("All keys are as at first.");
  });
  for (const failure of ["htmx:responseError", "htmx:sendError"])
    dialog.addEventListener(failure, () => say("The server did not keep this. Try again in a moment."));
}
