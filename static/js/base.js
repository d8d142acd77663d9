// What every page has: sentences from failed htmx requests, dialogs, menus.
import { say } from "./toast.js";
import "./dialogs.js";
import "./dropzone.js";
import "./leftovers.js";
import "./sign_out.js";

document.addEventListener("htmx:responseError", ({ detail }) => say(sentenceOf(detail.xhr)));
document.addEventListener("htmx:sendError", () =>
  say("The server does not answer. Nothing was changed; try again in a moment."),
);

/** The text of an error fragment, or a plain sentence when the answer is a whole page. */
function sentenceOf(xhr) {
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const text = page.querySelector("[role=alert], .message, main h1 + p, p")?.textContent.trim();
  return text || `This did not work (${xhr.status}).`;
}

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
