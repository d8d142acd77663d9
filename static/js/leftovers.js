// Say so when changes made at a desk still wait in this browser: a tab was closed before they were sent.
// They are sent as soon as their article is opened again, by the person who made them.
const { user } = document.body.dataset;
const PREFIX = `annotator:edits:${user}:`;
const here = document.getElementById("text")?.dataset.article;

const articles = new Set(
  Object.keys(localStorage)
    .filter((key) => user && key.startsWith(PREFIX))
    .map((key) => key.slice(PREFIX.length).split(":")[0])
    .filter((article) => article !== here),
);

for (const article of articles) {
  const link = document.createElement("a");
  link.href = `/articles/${encodeURIComponent(article)}/`;
  link.textContent = "Open it to save them";
  const box = document.createElement("p");
  box.className = "message message--warning";
  box.append("Changes to an article wait in this browser. ", link);
  document.getElementById("messages")?.append(box);
}
