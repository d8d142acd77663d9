// The open span: the selected one, as long as the strip's question about it has no answer.
import { askedOf } from "./schema.js";
import { current } from "./select.js";
import { linksOf } from "./spans.js";

/** What the selected span waits for: {span, type, target}; null when it waits for nothing. */
export function awaited() {
  const span = current();
  const asked = span && askedOf(span.label);
  if (!asked || linksOf(span).some((link) => link.from === span.key && link.type === asked.type)) return null;
  if (asked.none && span.attributes[asked.none]) return null;
  return { span, type: asked.type, target: asked.target };
}
