// What waits in this article to be saved.
import { Waiting } from "../waiting.js";

const { user, article } = document.getElementById("text").dataset;

export const queue = new Waiting(user, article);

/** The edits that wait, in the order in which they were made: {edit, base, was}. */
export const all = () => queue.entries;
