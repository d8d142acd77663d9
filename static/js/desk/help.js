// The list of keys, made from the buttons that have one.
const WRITTEN = { Plus: "+", Control: "Ctrl", ArrowLeft: "←", ArrowRight: "→", PageUp: "PgUp", PageDown: "PgDn" };

export function showHelp() {
  const list = document.getElementById("keys-list");
  const rows = new Map();
  for (const button of document.querySelectorAll("[aria-keyshortcuts]")) {
    const text = button.dataset.help ?? button.getAttribute("aria-label") ?? words(button);
    if (!["answer", "name"].includes(button.dataset.action)) rows.set(button.getAttribute("aria-keyshortcuts"), text);
  }
  rows.set("1 2 3 … 9", "Answer the question below the text");
  list.replaceChildren(...Array.from(rows, row).flat());
  document.getElementById("keys").showModal();
}

function words(button) {
  const copy = button.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  const group = button.closest("[role=group]")?.getAttribute("aria-labelledby");
  const name = group ? `${document.getElementById(group).textContent.trim()}: ` : "";
  return name + copy.textContent.trim();
}

function row([keys, text]) {
  const term = document.createElement("dt");
  for (const [index, key] of keys.split(" ").entries()) {
    const box = document.createElement("kbd");
    box.className = "kbd";
    box.textContent = key.split("+").map((part) => WRITTEN[part] ?? part).join("+");
    term.append(index ? " " : "", box);
  }
  const meaning = document.createElement("dd");
  meaning.textContent = text;
  return [term, meaning];
}
