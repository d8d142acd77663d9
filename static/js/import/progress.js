// How much of an upload has gone out, while it goes out.
const form = document.getElementById("import-form");
const bar = form.querySelector("progress");

form.addEventListener("htmx:xhr:progress", ({ detail }) => {
  if (!detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = detail.loaded / detail.total;
});
// All is sent, and the server reads: a bar without a value moves by itself.
form.addEventListener("htmx:xhr:loadend", () => bar.removeAttribute("value"));
form.addEventListener("htmx:afterRequest", () => (bar.hidden = true));
