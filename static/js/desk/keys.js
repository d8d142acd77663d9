// Keys press buttons. A key belongs to the button whose aria-keyshortcuts names it, so a new key needs no
// script. Single characters act only while the text has the focus (WCAG 2.1.4).
const NAMES = { "+": "Plus", " ": "Space" };

/** The name of a key press as aria-keyshortcuts writes it: q, Control+Shift+Z, Plus, Delete, ?. */
export function nameOf(event) {
  const { key } = event;
  const letter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  const chord = event.ctrlKey || event.metaKey || event.altKey;
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Control");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (letter || key.length > 1)) parts.push("Shift");
  parts.push(NAMES[key] ?? (letter ? (chord || event.shiftKey ? key.toUpperCase() : key.toLowerCase()) : key));
  return parts.join("+");
}

/** The button of a key that can be pressed now; digits are found by their place on the keyboard, too. */
export function buttonFor(event) {
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  return find(nameOf(event)) ?? (digit && !event.ctrlKey && !event.altKey ? find(digit) : undefined);
}

function find(name) {
  const all = document.querySelectorAll(`[aria-keyshortcuts~="${CSS.escape(name)}"]`);
  return [...all].find((button) => !button.closest("[hidden]") && button.ariaDisabled !== "true");
}

export function listen(pane) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const alone = !event.ctrlKey && !event.metaKey;
    if (event.target.closest("input, textarea, select")) return;
    if (alone && !pane.contains(event.target)) return;
    const button = buttonFor(event);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
