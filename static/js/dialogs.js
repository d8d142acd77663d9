// <button data-opens="id"> opens the dialog of that id, <button data-closes> closes the one around it.
document.addEventListener("click", (event) => {
  const { target } = event;
  const opener = target.closest?.("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (target.closest?.("[data-closes]")) target.closest("dialog")?.close();
  // A click beside the box lands on the dialog itself.
  if (target.matches?.("dialog.dialog") && outside(target, event)) target.close();
});

function outside(dialog, { clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
