// Pieces as plain values: half-open [start, end) in code points.

/** Pieces as they will be stored: sorted, those that overlap or touch as one. */
export function merged(pieces) {
  const result = [];
  for (const [start, end] of pieces.toSorted(([one], [other]) => one - other)) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

/** A test whether a stretch shares a character with any of the pieces; made once, asked often. */
export function touching(pieces) {
  const union = merged(pieces);
  return ([start, end]) => {
    const at = firstWhere(union, ([, last]) => last > start);
    return at < union.length && union[at][0] < end;
  };
}

/** The index of the first of a sorted list that a condition holds for, and for all after it. */
export function firstWhere(list, holds) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
