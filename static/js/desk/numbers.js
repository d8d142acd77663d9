// Number the spans in text order (Q1, Q2, S): the server does the same, but its answer to an edit holds the
// touched paragraphs only, and a new quote moves the numbers of all after it.
export function renumber() {
  const counts = {};
  const numbers = new Map();
  for (const item of document.querySelectorAll("#items [data-span]")) {
    const letter = item.querySelector(".item__number").textContent.replace(/\d+$/, "");
    if (!item.hidden) counts[letter] = (counts[letter] ?? 0) + 1;
    numbers.set(item.dataset.span, item.hidden ? letter : letter + counts[letter]);
  }
  for (const place of document.querySelectorAll("[data-number-of]")) {
    const number = numbers.get(place.dataset.numberOf);
    if (number === undefined) continue;
    if (place.dataset.n === undefined) {
      if (place.textContent !== number) place.textContent = number;
    } else if (place.dataset.n !== number) place.dataset.n = number;
  }
}
