// Keys press buttons. A key belongs to the button whose aria-keyshortcuts names it, so a new key needs no
// script. Single characters act only while the text has the focus (WCAG 2.1.4).
import { caretOffset, selected } from "./selection.js";
import { charactersAct, isCharacter } from "./key_map.js";
import { paragraphAt } from "./offsets.js";

const NAMES = { "+": "Plus", " ": "Space" };

/** The name of a key press as aria-keyshortcuts writes it: q, Control+Shift+Z, Plus, Delete, ?. */
export function nameOf(event) {
  const { key } = event;
  const letter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  // On many layouts [ ] and others are typed with AltGr, which looks like Ctrl and Alt.
  const typed = event.getModifierState("AltGraph");
  const control = (event.ctrlKey || event.metaKey) && !typed;
  const alt = event.altKey && !typed;
  const chord = control || alt;
  const parts = [];
  if (control) parts.push("Control");
  if (alt) parts.push("Alt");
  if (event.shiftKey && (letter || key.length > 1)) parts.push("Shift");
  parts.push(NAMES[key] ?? (letter ? (chord || event.shiftKey ? key.toUpperCase() : key.toLowerCase()) : key));
  return parts.join("+");
}

/** The button of a key that can be pressed now; digits are found by their place on the keyboard, too. */
export function buttonFor(event) {
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  return find(inReadingOrder(nameOf(event))) ?? (digit && !event.ctrlKey && !event.altKey ? find(digit) : undefined);
}

/** Arrows go where they point: where words run to the left, ← leads on. */
function inReadingOrder(name) {
  if (!/Arrow(Left|Right)$/.test(name)) return name;
  const at = selected()[0]?.[0] ?? caretOffset();
  const toTheLeft = at !== null && paragraphAt(at)?.matches(":dir(rtl)");
  return toTheLeft ? name.replace(/Left|Right/, (side) => (side === "Left" ? "Right" : "Left")) : name;
}

function find(name) {
  const all = document.querySelectorAll(`[aria-keyshortcuts~="${CSS.escape(name)}"]`);
  return [...all].find((button) => !button.closest("[hidden]") && button.ariaDisabled !== "true");
}

export function listen(pane) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select")) return;
    if (!charactersAct() && isCharacter(nameOf(event))) return;
    const button = buttonFor(event);
    if (!button || !(pane.contains(event.target) || "anywhere" in button.dataset)) return;
    // A click that its action refused has found nothing to do: then the key is the browser's.
    const click = new MouseEvent("click", { bubbles: true, cancelable: true });
    if (button.dispatchEvent(click)) event.preventDefault();
  });
}
