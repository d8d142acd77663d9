// A sentence at the edge of the page that goes away by itself.
const STAYS = 8000; // milliseconds

/** Say a sentence; `kind` is success, info, warning or error. Within `place` it stays. */
export function say(sentence, kind = "error", place = null) {
  const box = document.createElement("div");
  box.className = `message message--${kind}`;
  box.textContent = sentence;
  const around = place ?? document.getElementById("toasts");
  // Said once more, it does not stand there twice.
  Array.from(around.children).find((one) => one.textContent === sentence)?.remove();
  around.append(box);
  if (!place) setTimeout(() => box.remove(), STAYS);
  return box;
}
