// Number the spans in text order (Q1, Q2, S): the server does the same, but its answer to an edit holds the
// touched paragraphs only, and a new quote moves the numbers of all after it.
export function renumber() {
  const counts = {};
  const numbers = new Map();
  let moved = false;
  for (const place of document.querySelectorAll("#items .item:not([hidden]) .item__number")) {
    const letter = place.textContent.replace(/\d+$/, "");
    counts[letter] = (counts[letter] ?? 0) + 1;
    const number = letter + counts[letter];
    numbers.set(place.dataset.numberOf, number);
    moved ||= place.textContent !== number;
  }
  if (!moved) return;
  for (const place of document.querySelectorAll("[data-number-of]")) write(place, numbers);
  for (const place of document.querySelectorAll("[data-ordinal-of]"))
    replaceText(place, /\d+$/.exec(numbers.get(place.dataset.ordinalOf) ?? "")?.[0] ?? "");
}

function replaceText(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

function write(place, numbers) {
  const number = numbers.get(place.dataset.numberOf);
  if (number === undefined) return;
  // Writing what is there already would have the page laid out again.
  if (place.dataset.n === undefined) replaceText(place, number);
  else if (place.dataset.n !== number) place.dataset.n = number;
}
