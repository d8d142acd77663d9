// The list of keys, made from the buttons that have one; each can be changed there.
import * as editor from "./key_editor.js";
import { buttons, charactersAct, identityOf, isCharacter, keysOf, meaning, own, written } from "./key_map.js";

const dialog = document.getElementById("keys");
const template = document.getElementById("key-template");
// Answers have the digits, and what leads out of the text is the same for everybody.
const FIXED = ["1 2 3 … 9", "0", "Escape", "Tab", "Shift+Tab"];

export function showHelp() {
  draw();
  dialog.showModal();
}

/** List every key once, with what its button does. */
function draw() {
  const found = new Map();
  for (const button of buttons()) if (!found.has(identityOf(button))) found.set(identityOf(button), button);
  const rows = Array.from(found.values(), (button) => row(keysOf(button), meaning(button), button));
  rows.push(row(["1 2 3 … 9"], "Answer the question below the text"));
  document.getElementById("keys-list").replaceChildren(...rows);
  dialog.querySelector("[data-role=reset]").hidden = !Object.keys(own()).length;
}

function row(keys, text, button) {
  const line = template.content.firstElementChild.cloneNode(true);
  line.querySelector("dt").append(...(keys.length ? keys.flatMap(boxed) : ["none"]));
  line.querySelector("[data-role=meaning]").textContent = text;
  const [change, back] = line.querySelectorAll("button");
  if (!button || FIXED.includes(button.dataset.keys)) {
    change.remove();
    back.remove();
    return line;
  }
  line.dataset.of = identityOf(button);
  back.hidden = !own()[identityOf(button)];
  change.setAttribute("aria-label", `Change the key: ${text}`);
  back.setAttribute("aria-label", `Key as at first: ${text}`);
  change.addEventListener("click", () => editor.ask(line, button, text));
  back.addEventListener("click", () => editor.giveBack(button, text));
  return line;
}

function boxed(key, at) {
  const box = document.createElement("kbd");
  box.className = charactersAct() || !isCharacter(key) ? "kbd" : "kbd is-off";
  box.textContent = written(key);
  return [at ? " " : "", box];
}

dialog?.addEventListener("change", draw);
