// The panel of the selected span: all its attributes and links.
import { act } from "./act.js";
import { changeSpan } from "./edits.js";
import { current } from "./select.js";
import { get, linksOf, nameOf, numberOf } from "./spans.js";
import { linkName } from "./schema.js";

const panel = document.getElementById("details");
const part = (role) => panel.querySelector(`[data-role="${role}"]`);

/** Fill the panel in for what is selected now. */
export function draw() {
  const span = current();
  panel.hidden = !span;
  if (!span) return;
  panel.className = `details label-${span.label}`;
  part("number").textContent = numberOf(span);
  part("surface").textContent = span.element.querySelector(".item__text").textContent.trim();
  part("links").replaceChildren(...linksOf(span).map((link) => line(link, span)));
  for (const form of panel.querySelectorAll("[data-for]")) {
    form.hidden = form.dataset.for !== span.label;
    if (!form.hidden) fill(form, span);
  }
}

function fill(form, { attributes, entity }) {
  for (const control of form.querySelectorAll("[data-attribute]")) {
    const value = attributes[control.dataset.attribute];
    if (control.type === "checkbox") control.checked = value === true;
    else if (control.matches("input")) show(control, value ?? "");
    else control.setAttribute("aria-pressed", value === control.dataset.value);
  }
  for (const input of form.querySelectorAll("[data-entity-of]")) show(input, entity);
}

/** Never write over what is being typed. */
function show(input, value) {
  if (document.activeElement !== input) input.value = value;
}

function line(link, span) {
  const row = document.getElementById("link-template").content.firstElementChild.cloneNode(true);
  const other = get(link.from === span.key ? link.to : link.from);
  const name = other.element.hidden ? nameOf(other) : numberOf(other);
  row.querySelector("span").textContent =
    link.from === span.key ? `${linkName(link.type)} ${name}` : `${name} ${linkName(link.type)} this`;
  Object.assign(row.querySelector("button").dataset, { of: link.key });
  row.querySelector("button").setAttribute("aria-label", `Remove the link ${row.querySelector("span").textContent}`);
  return row;
}

/** A choice: pressed again, it is taken back. */
export function choose({ dataset }) {
  const span = current();
  const value = span.attributes[dataset.attribute] === dataset.value ? null : dataset.value;
  act([changeSpan(span.key, { attributes: { [dataset.attribute]: value } })]);
}

panel?.addEventListener("change", ({ target }) => {
  const span = current();
  if (!span) return;
  const { attribute } = target.dataset;
  const value = target.type === "checkbox" ? target.checked || null : target.value.trim() || null;
  if (attribute) act([changeSpan(span.key, { attributes: { [attribute]: value } })]);
  else if ("entityOf" in target.dataset) act([changeSpan(span.key, { entity: value })]);
});
