// What looks unfinished, beside what the server lists: quotations that nobody looked at.
import { unlooked } from "./looked.js";

/** Say how many quotations nobody looked at; the button goes to the first of them. */
export function draw() {
  const line = document.getElementById("unlooked");
  const left = unlooked();
  line.hidden = !left.length;
  if (!left.length) return;
  const button = line.querySelector("button");
  button.dataset.at = left[0][0][0];
  button.textContent = sentence(left.length);
}

/** The lines of what is open, for the question before submitting. */
export function lines() {
  const left = unlooked().length;
  const open = document.querySelectorAll(".item--open:not([hidden])").length;
  const named = Array.from(document.querySelectorAll("#unfinished li"), ({ textContent }) => textContent);
  return [...(open ? named : []), ...(left ? [sentence(left)] : [])];
}

const sentence = (count) => `${count} quotation${count === 1 ? "" : "s"} not looked at`;
