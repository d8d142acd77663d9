// <button data-copy="id"> puts the value or text of the element of that id on the clipboard.
// Buttons that htmx brings later work too; without a clipboard they stay hidden.
const show = (root) => {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
};
show(document);
document.addEventListener("htmx:load", ({ target }) => show(target));

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), 2000);
});
