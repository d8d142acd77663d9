// Nobody leaves what waits behind unasked. A link gives it a moment to be saved; after that the browser asks.
import { queue } from "./queue.js";

const MOMENT = 3000; // milliseconds

addEventListener("beforeunload", (event) => {
  const decided = "leaves" in document.body.dataset; // signing out has asked already
  if (queue.entries.length && !decided) event.preventDefault();
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link?.target;
  const saving = document.getElementById("save")?.dataset.state === "saving";
  if (!link || elsewhere || !saving || !queue.entries.length || event.defaultPrevented) return;
  event.preventDefault();
  await new Promise((resolve) => {
    document.addEventListener("desk:saved", resolve, { once: true });
    setTimeout(resolve, MOMENT);
  });
  location.assign(link.href);
});
