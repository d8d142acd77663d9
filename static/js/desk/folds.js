// What stands folded beside the text stays as its reader left it, from article to article, in this browser.
const place = (fold) => `annotator:fold:${fold.dataset.fold}`;

function restore() {
  for (const fold of document.querySelectorAll("details[data-fold]")) {
    const kept = read(place(fold));
    if (kept) fold.open = kept === "open";
    // Pressed, not toggled: what this script opens is nobody's choice.
    fold.querySelector("summary").addEventListener("click", () => keep(place(fold), fold.open ? "closed" : "open"));
  }
}

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage is full or switched off: then it is as at first on the next page.
  }
}

// After htmx has begun to listen: it fetches the guidelines when they are opened.
document.addEventListener("DOMContentLoaded", restore);
