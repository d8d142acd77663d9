// Hovering over a span or focusing it in the list shows what it is linked to, without selecting it.
import { highlight } from "./highlight.js";
import { current } from "./select.js";
import { at, get, linksOf } from "./spans.js";
import { offsetAt } from "./offsets.js";

let shown = null;

function show(span) {
  if (span?.key === shown) return;
  shown = span?.key ?? null;
  const partners = span ? linksOf(span).map(({ from, to }) => get(from === span.key ? to : from)) : [];
  highlight("hover", span && span.key !== current()?.key ? span.pieces : []);
  highlight("hover-partner", partners.flatMap((one) => one?.pieces ?? []));
}

/** The span that an element shows: in the list, in the margin, in the text (the innermost one). */
function spanOf(target) {
  const element = target.closest?.("[data-span], [data-chip], .run");
  if (!element) return null;
  if (element.matches(".run")) return at(offsetAt(element, 0))[0] ?? null;
  return get(element.dataset.span ?? element.dataset.chip);
}

document.addEventListener("pointerover", ({ target, buttons }) => buttons || show(spanOf(target)));
document.addEventListener("focusin", ({ target }) => show(target.closest("#items") ? spanOf(target) : null));
