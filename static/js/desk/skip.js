// Skip the article: ask why, close the reading with that, go on to the next one.
import { close } from "./state.js";
import { skip } from "./edits.js";

const dialog = document.getElementById("skip");
const form = dialog?.querySelector("form");

export function ask() {
  form.reset();
  form.more.required = false;
  dialog.showModal();
}

form?.addEventListener("change", () => {
  form.more.required = form.why.value === ""; // “other” alone says nothing
});
form?.addEventListener("submit", () =>
  close(skip([form.why.value, form.more.value.trim()].filter(Boolean).join(": "))),
);
