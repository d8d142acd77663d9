// The one way to change the reading: keep, have what waits painted, send.
import { queue } from "./queue.js";
import { wasOf } from "./again.js";
import { together } from "./edits.js";
import { flush } from "./sender.js";
import { version } from "./swap.js";
import { say } from "../toast.js";

const reading = () => document.getElementById("reading").dataset;

/** Whether the reading is submitted or skipped. */
export const isClosed = () => reading().state !== "in_progress";

export function sayClosed() {
  say(`This reading is ${reading().state}. Reopen it to go on.`, "info");
}

/** Make edits of one action; true when that was done. A closed reading takes none but "reopen". */
export function act(edits) {
  if (isClosed() && edits.some(({ kind }) => kind !== "reopen")) return sayClosed();
  const grouped = together(edits);
  queue.add(grouped, version(), wasOf);
  flush(); // first: it waits for its turn among the tabs while this one paints
  document.getElementById("text").dispatchEvent(new CustomEvent("desk:changed", { bubbles: true }));
  return true;
}
