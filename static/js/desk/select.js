// Which span is selected: filled in the text, marked in the list, its partners shown.
import { all, elementOf, get, linksOf } from "./spans.js";
import { highlight } from "./highlight.js";

const pane = document.getElementById("text");

export const current = () => get(pane.dataset.selected);
/** The span that was selected before this one: what a link may start from. */
export const previous = () => get(pane.dataset.previous);

/** Select the span of a key, or none. */
export function select(key) {
  choose(key);
  refresh();
}

/** The same for a span that is about to be made: it is drawn with the change. */
export function choose(key) {
  const before = pane.dataset.selected ?? "";
  if (before && before !== key) pane.dataset.previous = before;
  if (!key) delete pane.dataset.previous;
  pane.dataset.selected = key ?? "";
}

/** Draw the selection again: after a choice, and after paragraphs or lists were replaced. */
export function refresh() {
  const span = current();
  for (const old of document.querySelectorAll(".item.is-selected, .chip.is-selected"))
    old.classList.remove("is-selected");
  highlight("selected", span?.pieces ?? []);
  highlight("partner", span ? partners(span) : []);
  if (span) {
    elementOf(span.key).classList.add("is-selected");
    document.querySelector(`[data-chip="${CSS.escape(span.key)}"]`)?.classList.add("is-selected");
    requestAnimationFrame(() => elementOf(span.key)?.scrollIntoView({ block: "nearest" }));
  }
  pane.dispatchEvent(new CustomEvent("desk:selected", { bubbles: true, detail: span }));
}

function partners(span) {
  const keys = new Set(linksOf(span).map((link) => (link.from === span.key ? link.to : link.from)));
  return keys.size ? all().filter((one) => keys.has(one.key)).flatMap((one) => one.pieces) : [];
}
