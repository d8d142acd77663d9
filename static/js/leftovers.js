// Changes that still wait in this browser, since the tab of their desk was closed before they were sent: any
// page of the person who made them sends them. What somebody has to decide about waits for its desk.
import { articlesOf, Waiting } from "./waiting.js";
import { deliver } from "./saving.js";
import { say } from "./toast.js";

const { user } = document.body.dataset;
const desk = document.querySelector("#text[data-edits]")?.dataset.article; // it sends its own

async function sendLeftovers() {
  for (const article of articlesOf(user).filter((one) => one !== desk)) {
    const waiting = new Waiting(user, article);
    const { saved, rest } = await deliver(waiting, user, article);
    const left = changes(waiting.entries.length);
    if (rest === "refused") tell(article, "warning", `${left} to an article could not be saved unasked.`, "Open it to decide");
    else if (rest) tell(article, "warning", `${left} to an article wait in this browser.`, "Open it to save them");
    else if (saved) tell(article, "success", `${changes(saved)} that waited in this browser: saved.`, "Open the article");
  }
}

const changes = (count) => `${count} change${count === 1 ? "" : "s"}`;

function tell(article, kind, sentence, words) {
  const link = Object.assign(document.createElement("a"), { href: `/articles/${article}/`, textContent: words });
  document.querySelector(`.message[data-article="${article}"]`)?.remove();
  const box = say(sentence, kind, document.getElementById("messages"));
  box.dataset.article = article;
  box.append(" ", link);
}

sendLeftovers();
if (user) new BroadcastChannel("annotator:session").postMessage(user); // desks that were signed out go on
addEventListener("online", sendLeftovers);
