// Bring a stretch of the text into sight, between the bar above and the strip below.
import { rangesOf } from "./offsets.js";

const [ABOVE, BELOW] = [70, 140]; // pixels: what covers the page there

export function reveal(pieces) {
  const box = rangesOf(pieces.slice(0, 1))[0]?.getBoundingClientRect();
  if (!box) return;
  const covered = box.top < ABOVE || Math.min(box.bottom, box.top + 60) > innerHeight - BELOW;
  if (covered) scrollBy({ top: box.top - innerHeight / 3, behavior: "instant" });
}
