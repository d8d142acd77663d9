// Send what waits: in order, one request at a time, again after every failure, never for somebody else.
import * as queue from "./queue.js";
import * as session from "./session.js";
import { settled } from "./selection.js";
import { show } from "./save_state.js";
import { parse, swap, version } from "./swap.js";

const pane = document.getElementById("text");
const LONGEST_PAUSE = 30_000; // milliseconds
const MOST_FAILURES = 5;
let busy = false;
let held = ""; // why nothing is sent: "signed-out", "other-user", "refused"
let single = false; // one group at a time, to find the one that is refused
let failures = 0;
let timer = 0;
let lastSeen = null; // the reading as the server had it when it refused

/** Send what waits, unless that is being done or something stands in the way. */
export async function flush() {
  // What is kept here is counted at once, not when the next try has failed.
  if (held && held !== "refused") show(held, queue.all().length);
  else if (failures && queue.all().length) show("offline", queue.all().length);
  if (busy || held) return;
  clearTimeout(timer);
  timer = 0;
  const entries = queue.batch({ single });
  if (!entries.length) return settle();
  busy = true;
  if (!failures) show("saving", queue.all().length);
  try {
    const response = await post(entries);
    const html = await response.text();
    await settled(); // from here on nothing waits any more until the answer is swapped in
    await answer(response.status, parse(html), entries);
    failures = 0;
  } catch (problem) {
    if (!(problem instanceof TypeError)) console.error(problem); // a TypeError is the network's
    later();
  } finally {
    busy = false;
  }
  if (!timer && !held) flush();
}

function post(entries) {
  return fetch(pane.dataset.edits, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "HX-Request": "true",
      "X-CSRFToken": session.token(),
      "X-User": pane.dataset.user,
    },
    body: JSON.stringify({ base_version: entries[0].base, edits: entries.map((one) => one.edit) }),
  });
}

function answer(status, sheet, entries) {
  if (status === 200) return sheet ? confirmed(entries, sheet) : signedOut();
  if (status === 401) return signedOut();
  if (status === 403) return forbidden(status);
  // What the server stumbles over again and again must not keep everything else back.
  if ([409, 413, 422].includes(status) || (status === 500 && failures >= MOST_FAILURES))
    return refused(entries, sheet, status);
  throw new TypeError(`The server answered ${status}.`);
}

/** The server has these edits: show what it made of them. */
function confirmed(entries, sheet) {
  const base = entries[0].base;
  queue.drop(entries);
  swap(sheet);
  // Somebody else's edits came between: then those that wait still lie on what was seen before.
  if (version() === base + entries.length) queue.rebase(version());
  if (!queue.all().length) single = false;
}

async function signedOut() {
  hold(await session.check());
  if (!held) throw new TypeError("The server said 401, but this session is in order.");
}

let refreshed = false;
async function forbidden(status) {
  if (refreshed) {
    refreshed = false;
    return ask("You may not change this article any more.", status);
  }
  refreshed = true; // signing in in another tab makes the token of this page void
  hold(await session.check());
}

function refused(entries, sheet, status) {
  lastSeen = sheet;
  const groups = new Set(entries.map(({ edit }) => edit.group ?? edit.id));
  const sentence = (sheet && swap(sheet)) || "The server did not take this change.";
  if (groups.size > 1) single = true;
  else ask(sentence, status);
}

function ask(sentence, status) {
  held = "refused";
  show("refused");
  pane.dispatchEvent(
    new CustomEvent("desk:refused", {
      bubbles: true,
      detail: { sentence, status, entries: queue.batch({ single: true }) },
    }),
  );
}

function hold(who) {
  held = { same: "", other: "other-user", nobody: "signed-out" }[who];
  if (held) show(held, queue.all().length);
}

/** Go on after a refusal: `retry` on top of what the server has now, or without those edits. */
export function decide(choice) {
  if (choice === "retry") queue.rebase(version());
  else queue.drop(queue.batch({ single: true }));
  held = "";
  if (lastSeen) swap(lastSeen); // without what was given up; what still waits is painted again
  return flush();
}

function later() {
  failures++;
  show("offline", queue.all().length);
  const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
  timer = setTimeout(again, pause);
}

function again() {
  timer = 0;
  return flush();
}

function settle() {
  refreshed = false;
  show("saved");
  pane.dispatchEvent(new CustomEvent("desk:saved", { bubbles: true }));
}

/** After signing in in another tab, or when the network is back. */
async function resume() {
  if (held === "signed-out" || held === "other-user")
    await session.check().then(hold, () => {});
  if (!held) await again();
}

addEventListener("online", again);
addEventListener("focus", resume);
document.addEventListener("visibilitychange", () => document.hidden || resume());
addEventListener("beforeunload", (event) => {
  if (queue.all().length) event.preventDefault();
});
