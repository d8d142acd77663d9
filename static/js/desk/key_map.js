// The reader's own keys, laid over those in the markup: everything else reads keys off the buttons.
const WRITTEN = { Plus: "+", Control: "Ctrl", ArrowLeft: "←", ArrowRight: "→", PageUp: "PgUp", PageDown: "PgDn" };
const form = document.getElementById("keys-form"); // none for who only looks

/** The reader's own keys: {what a button does: its key}. */
export const own = () => JSON.parse(form?.elements.keys.value ?? "{}");

/** Whether keys of one character act at all (WCAG 2.1.4). */
export const charactersAct = () => form?.elements.single_keys.checked ?? true;

export function isCharacter(key) {
  const name = key.replace(/^Shift\+/, "");
  return Array.from(name).length === 1 || name === "Plus";
}

/** A key as people write it: Ctrl+Z, +, ←. */
export const written = (key) => key.split("+").map((part) => WRITTEN[part] ?? part).join("+");

/** What a button does, in one word: tag:quote, move:word:-1, undo. */
export function identityOf({ dataset: { action, label, attribute, value, edge, unit, way } }) {
  return [action, label, attribute, value, edge, unit, way].filter((part) => part !== undefined).join(":");
}

/** The buttons of the page that have keys, or may be given some. */
export function buttons() {
  const all = document.querySelectorAll("[aria-keyshortcuts], [data-keys], [data-action=tag]");
  const found = [...all].filter((button) => !button.closest("[data-role=answers]"));
  // What the markup said is remembered before anything is laid over it.
  for (const button of found) button.dataset.keys ??= button.getAttribute("aria-keyshortcuts") ?? "";
  return found;
}

/** The keys of a button: the reader's own, else those of the markup that no other button was given. */
export function keysOf(button) {
  const mine = own();
  if (mine[identityOf(button)]) return [mine[identityOf(button)]];
  const given = buttons().filter((one) => mine[identityOf(one)] && meet(one, button)).map((one) => mine[identityOf(one)]);
  return defaults(button).filter((key) => !given.includes(key));
}

/** The button that has a key already when `button` is to get it; undefined when none has. */
export function holder(key, button) {
  return buttons().find(
    (one) => identityOf(one) !== identityOf(button) && meet(one, button) && keysOf(one).includes(key),
  );
}

/** Whether two buttons can be seen at once: attributes of different labels cannot. */
function meet(one, other) {
  const [form_, otherForm] = [one, other].map((button) => button.closest("[data-for]"));
  return !form_ || !otherForm || form_ === otherForm;
}

/** The keys that the markup gave a button. */
export const defaults = (button) => button.dataset.keys.split(" ").filter(Boolean);

/** Give a button another key, or (null) its first ones back. */
export function change(button, key) {
  const { [identityOf(button)]: _, ...others } = own();
  keep(key ? { ...others, [identityOf(button)]: key } : others);
}

export const reset = () => keep({});

function keep(keys) {
  form.elements.keys.value = JSON.stringify(keys);
  form.dispatchEvent(new Event("change", { bubbles: true })); // which htmx sends
}

/** Write keys of a button into its markup: those that act. */
export function writeKeys(button, keys) {
  const acting = charactersAct() ? keys : keys.filter((key) => !isCharacter(key));
  if (acting.length) button.setAttribute("aria-keyshortcuts", acting.join(" "));
  else button.removeAttribute("aria-keyshortcuts");
  return acting;
}

function apply() {
  for (const button of buttons()) show(button, writeKeys(button, keysOf(button)));
  for (const hint of document.querySelectorAll("[data-key-of]")) {
    const button = buttons().find((one) => identityOf(one) === hint.dataset.keyOf);
    if (button) hint.textContent = keysOf(button).map(written)[0] ?? "–";
  }
  document.body.classList.toggle("no-characters", !charactersAct());
}

/** Show the keys of a button on it, as it was made when they are those of the markup. */
function show(button, keys) {
  const asMade = keys.join(" ") === defaults(button).join(" ");
  button.querySelector("[data-own-key]")?.remove();
  for (const made of button.querySelectorAll("kbd")) made.hidden = !asMade;
  if (button.matches(".button--icon")) {
    const name = button.getAttribute("aria-label");
    button.title = keys.length ? `${name} (${written(keys[0])})` : name;
  } else if (!asMade && keys.length) {
    const box = document.createElement("kbd");
    Object.assign(box, { className: "kbd", textContent: written(keys[0]) }).dataset.ownKey = "";
    const first = button.querySelector("kbd");
    if (first) first.before(box);
    else button.append(" ", box);
  }
}

if (form) {
  form.addEventListener("change", apply);
  if (Object.keys(own()).length || !charactersAct()) apply();
}

/** What a button does, in words. */
export const meaning = (button) => button.dataset.help ?? button.getAttribute("aria-label") ?? words(button);

function words(button) {
  const copy = button.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  const group = button.closest("[role=group]")?.getAttribute("aria-labelledby");
  const name = group ? `${document.getElementById(group).textContent.trim()}: ` : "";
  return name + copy.textContent.trim();
}
