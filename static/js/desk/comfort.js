// How the text looks: every step is shown at once, and htmx keeps it on the server. Steps are classes, see
// comfort.css: the page comes with those of its reader, so the text does not jump.
import { refresh } from "./select.js";

const pane = document.getElementById("text");
const form = document.querySelector("#comfort form");
const KINDS = ["size", "line", "measure", "face"];
const WRITTEN = { size: (step) => `${step} %`, line: (step) => step / 100, measure: (step) => `about ${step}` };

function say() {
  for (const input of form.querySelectorAll("[type=range]")) {
    const text = WRITTEN[input.name](input.value);
    input.previousElementSibling.textContent = text;
    input.setAttribute("aria-valuetext", text);
  }
}

function show() {
  say();
  const before = Array.from(pane.classList).filter((name) => KINDS.includes(name.split("-")[0]));
  pane.classList.remove(...before);
  pane.classList.add(...KINDS.map((kind) => `${kind}-${form.elements[kind].value}`));
  refresh(); // what lies over the text finds its place again
}

form.addEventListener("input", show);
form.querySelector("[data-role=reset]").addEventListener("click", () => {
  for (const input of form.querySelectorAll("[type=range]")) input.value = input.dataset.default;
  form.querySelector("[type=radio][data-default]").checked = true;
  show();
  form.dispatchEvent(new Event("change"));
});
document.getElementById("comfort").addEventListener("toggle", ({ newState }) => {
  // The keys work again, unless the panel was closed by going elsewhere.
  if (newState === "closed" && document.activeElement.matches("body, [popovertarget]")) pane.focus({ preventScroll: true });
});
say();
