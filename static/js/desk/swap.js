// Put the server's own fragments in place: each element takes the place of the one with its id.
import { forget } from "./spans.js";
import { read } from "./selection.js";

const pane = document.getElementById("text");

export const version = () => Number(document.getElementById("reading").dataset.version);

/** Swap an answer in; returns the sentence that came with it, if any. */
export function swap(answer) {
  read(); // what is selected may be newer than its last event, and is about to be torn
  const focused = document.activeElement?.closest("[data-span], [data-of]")?.dataset;
  for (const theirs of answer.querySelectorAll("body > [id]")) {
    const ours = document.getElementById(theirs.id);
    if (ours && !ours.isEqualNode(theirs)) ours.replaceWith(document.importNode(theirs, true));
  }
  forget();
  if (focused && document.activeElement === document.body) focusItem(focused.span ?? focused.of);
  pane.dispatchEvent(new CustomEvent("desk:changed", { bubbles: true }));
  return answer.getElementById("sentence")?.textContent;
}

function focusItem(key) {
  const item = document.querySelector(`#items [data-span="${CSS.escape(key)}"] button`);
  (item?.offsetParent ? item : pane).focus({ preventScroll: true });
}
