// Paint over the text without touching it (CSS Custom Highlight API).
import { rangesOf } from "./offsets.js";

/** Paint pieces under a name of article.css; no pieces, no paint. */
export function highlight(name, pieces) {
  if (!CSS.highlights) return;
  if (pieces.length) CSS.highlights.set(name, new Highlight(...rangesOf(pieces)));
  else CSS.highlights.delete(name);
}
