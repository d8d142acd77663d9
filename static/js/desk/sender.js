// Send what waits: in order, one request at a time, again after every failure, never for somebody else.
import { NoAnswer, post, theirsOf, versionOf, whoIsHere } from "../saving.js";
import { catchUp, follow, tell } from "./following.js";
import { queue } from "./queue.js";
import { settled } from "./selection.js";
import { show } from "./save_state.js";
import { swap, version } from "./swap.js";

const pane = document.getElementById("text");
const LONGEST_PAUSE = 30_000; // milliseconds
const MOMENT = 1000;
const MOST_FAILURES = 5;
let busy = false;
let held = ""; // why nothing is sent: "signed-out", "other-user", "refused"
let single = false; // one group at a time, to find the one that is refused
let failures = 0;
let timer = 0;
let behind = false; // another tab has done something that is not shown here yet
let asked = []; // what the author has to decide about

/** Send what waits, unless that is being done or something stands in the way. */
export async function flush() {
  report();
  if (busy || held) return;
  busy = true;
  clearTimeout(timer);
  timer = 0;
  try {
    await queue.alone(sendAll);
    failures = 0;
  } catch (problem) {
    if (!(problem instanceof NoAnswer)) console.error(problem);
    later();
  } finally {
    busy = false;
  }
  if (held || timer) return;
  if (queue.entries.length) return flush();
  settle();
}

/** Say at once how much is kept here, and not only when the next try has failed. */
function report() {
  const state = held || (failures ? "offline" : "saving");
  if (queue.entries.length || held) show(state, queue.entries);
}

async function sendAll() {
  if (queue.refresh()) heard(); // before its event has come
  for (let entries = next(); entries.length; entries = next()) {
    const { status, sheet } = await post(pane.dataset.edits, pane.dataset.user, entries);
    await settled(); // from here on nothing waits any more until the answer is swapped in
    await answered(status, sheet, entries);
    failures = 0;
  }
  if (behind) await follow();
  behind = false;
}

const next = () => (held ? [] : queue.batch({ single }));

async function answered(status, sheet, entries) {
  if (status === 200 && sheet) return confirmed(entries, sheet);
  if ([200, 401, 403].includes(status)) hold(await whoIsHere(pane.dataset.user));
  if (held) return;
  if (status === 403) return ask("You may not change this article any more.", status);
  if (status === 404) return ask("This article is not yours to see any more.", status);
  // What the server stumbles over again and again must not keep everything else back.
  if ([409, 413, 422].includes(status) || (status === 500 && failures >= MOST_FAILURES))
    return refused(entries, sheet, status);
  throw new NoAnswer(`The server answered ${status}.`);
}

/** The server has these edits: show what it made of them, here and in the other tabs. */
async function confirmed(entries, sheet) {
  const [{ base }] = entries;
  queue.confirm(entries, versionOf(sheet), theirsOf(sheet));
  // The answer begins at their base. They may be those of a tab that had seen more than this one.
  if (base <= version()) swap(sheet);
  else await follow();
  tell();
  if (!queue.entries.length) single = false;
}

function refused(entries, sheet, status) {
  const groups = new Set(entries.map(({ edit }) => edit.group ?? edit.id));
  const sentence = (sheet && swap(sheet)) || "The server did not take this change.";
  if (groups.size > 1) single = true;
  else ask(sentence, status, sheet);
}

/** Let the author decide about what the server refuses: see refused.js. */
function ask(sentence, status, sheet = null) {
  held = "refused";
  asked = queue.entangled();
  show(held, queue.entries);
  const detail = { sentence, status, sheet, entries: asked };
  pane.dispatchEvent(new CustomEvent("desk:refused", { bubbles: true, detail }));
}

/** Go on after a refusal: without those edits, or with `successors`, made on what `sheet` shows. */
export async function decide(successors = [], sheet = null) {
  if (successors.length) queue.replace(asked, successors, sheet ? versionOf(sheet) : asked[0].base);
  else queue.drop(asked);
  held = "";
  await catchUp(true).then(() => tell(true), () => {});
  return flush();
}

const isSignedOut = () => held === "signed-out" || held === "other-user";

function hold(who) {
  held = { same: "", other: "other-user", nobody: "signed-out" }[who];
  if (held) show(held, queue.entries);
}

function later() {
  failures++;
  show("offline", queue.entries);
  const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
  timer = setTimeout(flush, pause);
}

function settle() {
  show("saved");
  pane.dispatchEvent(new CustomEvent("desk:saved", { bubbles: true }));
}

/** Another tab has added, sent or given up something: show it. */
async function heard() {
  behind = true;
  await settled(); // drawing anew would tear a drag
  pane.dispatchEvent(new CustomEvent("desk:changed", { bubbles: true }));
}

async function changedElsewhere() {
  await heard();
  if (held === "refused" && !asked.every(stands)) {
    held = "";
    pane.dispatchEvent(new CustomEvent("desk:decided", { bubbles: true }));
  }
  report();
  if (busy) return;
  if (!queue.entries.length) return flush();
  clearTimeout(timer);
  timer = setTimeout(flush, MOMENT); // the other tab is about to send it itself
}

const stands = ({ edit, base }) =>
  queue.entries.some((entry) => entry.edit.id === edit.id && entry.base === base);

let resuming = null;
/** After signing in in another tab, when the network is back, and whenever this page is looked at again. */
function resume() {
  resuming ??= goOn()
    .catch((problem) => problem instanceof NoAnswer || console.error(problem))
    .finally(() => (resuming = null));
}

async function goOn() {
  if (isSignedOut()) hold(await whoIsHere(pane.dataset.user));
  await flush();
  if (!held && (await catchUp()) === 401) hold(await whoIsHere(pane.dataset.user));
}

if (pane.dataset.edits) {
  queue.onchange = changedElsewhere;
  for (const type of ["online", "focus"]) addEventListener(type, resume);
  addEventListener("pageshow", ({ persisted }) => persisted && resume());
  document.addEventListener("visibilitychange", () => document.hidden || resume());
  new BroadcastChannel("annotator:session").onmessage = () => isSignedOut() && resume();
}
