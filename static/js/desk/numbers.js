// Number the spans in text order (Q1, Q2, S): the server does the same, but its answer to an edit holds the
// touched paragraphs only, and a new quote moves the numbers of all after it.
export function renumber() {
  const counts = {};
  const numbers = new Map();
  for (const place of document.querySelectorAll("#items .item:not([hidden]) .item__number")) {
    const letter = textOf(place).replace(/\d+$/, "");
    counts[letter] = (counts[letter] ?? 0) + 1;
    const number = letter + counts[letter];
    numbers.set(place.dataset.numberOf, number);
    replaceText(place, number);
  }
  for (const place of document.querySelectorAll("[data-number-of]:not(.item__number)"))
    write(place, numbers.get(place.dataset.numberOf));
  for (const place of document.querySelectorAll("[data-ordinal-of]"))
    replaceText(place, /\d+$/.exec(numbers.get(place.dataset.ordinalOf) ?? "")?.[0] ?? "");
}

const textOf = (place) => place.firstChild?.data ?? "";

// Writing what is there already would have the page laid out again.
function replaceText(place, text) {
  if (textOf(place) === text) return;
  if (place.firstChild) place.firstChild.data = text;
  else place.textContent = text;
}

function write(place, number) {
  if (number === undefined) return;
  if (place.dataset.n === undefined) replaceText(place, number);
  else if (place.dataset.n !== number) place.dataset.n = number;
}
