// Put the server's own fragments in place: each element takes the place of the one with its id.
const pane = document.getElementById("text");

export const version = () => Number(document.getElementById("reading").dataset.version);

/** Swap an answer in; returns the sentence that came with it, if any. */
export function swap(html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const focused = document.activeElement?.closest("[data-span], [data-of]");
  for (const fresh of answer.querySelectorAll("body > [id]")) {
    const old = document.getElementById(fresh.id);
    if (old && !old.isEqualNode(fresh)) old.replaceWith(document.adoptNode(fresh));
  }
  if (focused && !focused.isConnected)
    document.querySelector(`#items [data-span="${CSS.escape(focused.dataset.span ?? "")}"] button`)?.focus();
  pane.dispatchEvent(new CustomEvent("desk:changed", { bubbles: true }));
  return answer.getElementById("sentence")?.textContent;
}
