// The one way to change the reading: paint, keep, send.
import * as queue from "./queue.js";
import { together } from "./edits.js";
import { paint } from "./paint.js";
import { flush } from "./sender.js";
import { version } from "./swap.js";
import { say } from "../toast.js";

const reading = () => document.getElementById("reading").dataset;

export const isSubmitted = () => reading().state === "submitted";

export function sayClosed() {
  say("This reading is submitted. Reopen it to go on.", "info");
}

/** Make edits of one action; true when that was done. A submitted reading takes none but "reopen". */
export function act(edits) {
  if (isSubmitted() && edits.some(({ kind }) => kind !== "reopen")) return sayClosed();
  const grouped = together(edits);
  queue.add(grouped, version());
  paint(grouped);
  document.getElementById("text").dispatchEvent(new CustomEvent("desk:changed", { bubbles: true }));
  flush();
  return true;
}
