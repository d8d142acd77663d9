// Signing out leaves nothing behind unasked: what waits in this browser is sent first; what cannot be sent its
// author keeps here, for the next time of signing in, or discards.
import { articlesOf, Waiting } from "./waiting.js";
import { deliver } from "./saving.js";

const PATIENCE = 5000; // milliseconds
const { user } = document.body.dataset;
const dialog = document.getElementById("unsent");
let form = null; // that signs out

const left = () => articlesOf(user).map((article) => new Waiting(user, article));
const count = () => left().reduce((sum, { entries }) => sum + entries.length, 0);

async function sendAll() {
  for (const article of articlesOf(user)) await deliver(new Waiting(user, article), user, article);
}

async function asked(event) {
  if (!event.target.matches("[data-signs-out]") || !count()) return;
  event.preventDefault();
  form = event.target;
  await Promise.race([sendAll(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  const waits = count();
  if (!waits) return leave();
  dialog.querySelector("[data-role=count]").textContent =
    waits === 1 ? "1 change is not saved yet" : `${waits} changes are not saved yet`;
  dialog.showModal();
}

function choose({ target }) {
  const choice = target.closest("[data-unsent]")?.dataset.unsent;
  if (choice === "discard") for (const waiting of left()) waiting.drop(waiting.entries);
  if (choice) leave();
}

function leave() {
  document.body.dataset.leaves = ""; // desk/leaving.js need not ask again
  form.submit();
}

document.addEventListener("submit", asked);
dialog?.addEventListener("click", choose);
