// While a label is edited, the sample under the form is drawn in its colour and line.
const form = document.querySelector("[data-label-form]");
const swatch = form.querySelector("[data-swatch]");

form.addEventListener("input", () => {
  const { colour, style } = form.elements;
  if (!swatch || !colour) return;
  swatch.setAttribute("stroke", colour.value);
  swatch.dataset.style = style.value;
});
