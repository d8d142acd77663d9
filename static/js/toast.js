// A sentence at the edge of the page that goes away by itself.
const STAYS = 8000; // milliseconds

/** Say a sentence; `kind` is success, info, warning or error. */
export function say(sentence, kind = "error") {
  const box = document.createElement("div");
  box.className = `message message--${kind}`;
  box.textContent = sentence;
  document.getElementById("toasts").append(box);
  setTimeout(() => box.remove(), STAYS);
  return box;
}
