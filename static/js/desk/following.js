// Follow what the same person does elsewhere: in another tab at once, on another machine as soon as this page
// is looked at again.
import { ask, versionOf } from "../saving.js";
import { queue } from "./queue.js";
import { settled } from "./selection.js";
import { swap, version } from "./swap.js";

const { user, article, changes } = document.getElementById("text").dataset;
const channel = new BroadcastChannel(`annotator:${user}:${article}`);
let whole = false; // something painted was given up: draw all anew
let asked = null; // what will have the answer

/** Tell the other tabs that the reading has changed; `all`: that what they painted was given up. */
export function tell(all = false) {
  channel.postMessage({ version: version(), all });
}

/** Show what has changed since, if anything; returns the status of the answer. Throws NoAnswer. */
export function catchUp(all = false) {
  whole ||= all;
  asked ??= queue.alone(() => {
    asked = null;
    return follow();
  });
  return asked;
}

/** The same for who is alone with the queue already. */
export async function follow() {
  const { status, sheet } = await ask(changes + (whole ? "" : `?since=${version()}`), user);
  await settled();
  if (status !== 200 || !sheet || versionOf(sheet) < version()) return status;
  whole = false;
  swap(sheet);
  return status;
}

if (changes) {
  channel.addEventListener("message", ({ data }) => {
    if (data.all || data.version > version()) catchUp(data.all).catch(() => {}); // else when looked at again
  });
  // The page before this one may have saved something after this one was written.
  if (queue.lately > version()) catchUp().catch(() => {});
}
