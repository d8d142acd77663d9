// Number badges over the text, above the words of those who may be chosen by a digit.
import { rangesOf } from "./offsets.js";
import { get } from "./spans.js";
import { edgeOf, layer, placed } from "./overlay.js";

/** Show the numbers of answers in the text; none takes them away. */
export function badge(answers) {
  const badges = answers.flatMap(({ key, pieces }, at) => {
    const [range] = rangesOf((pieces ?? get(key)?.pieces ?? []).slice(0, 1));
    const place = range && edgeOf(range, "start");
    if (!place) return [];
    const mark = document.createElement("b");
    mark.className = "badge-number";
    mark.textContent = at + 1;
    mark.dataset.action = "answer"; // for the mouse; keys and screen readers have the strip's buttons
    Object.assign(mark.dataset, key ? { of: key } : { pieces: pieces.flat().join(" ") });
    return [placed(mark, place.x, place.top)];
  });
  layer("badges").replaceChildren(...badges);
}
