// Edits that no answer has confirmed yet. They are kept in the browser, bound to user and article, and
// leave only when the server has answered for them, or when their author discards them.
const { user, article } = document.getElementById("text").dataset;
const PREFIX = `annotator:edits:${user}:${article}:`;

const waiting = stored();

function stored() {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .sort()
    .map((key) => ({ key, ...JSON.parse(localStorage.getItem(key)) }));
}

/** The edits that wait, in the order in which they were made: {key, edit, base}. */
export const all = () => waiting;

/** Keep new edits; `base` is the version of the reading that their author saw. */
export function add(edits, base) {
  for (const edit of edits) {
    const count = String(waiting.length).padStart(6, "0");
    const entry = { key: `${PREFIX}${Date.now()}-${count}-${edit.id}`, edit, base };
    waiting.push(entry);
    keep(entry);
  }
}

/** Forget edits: the server has them, or their author discarded them. */
export function drop(entries) {
  for (const entry of entries) {
    waiting.splice(waiting.indexOf(entry), 1);
    localStorage.removeItem(entry.key);
  }
}

/** Say that those who wait were made, or are now meant, on top of `version`. */
export function rebase(version, entries = waiting) {
  for (const entry of entries) {
    entry.base = version;
    keep(entry);
  }
}

function keep({ key, edit, base }) {
  try {
    localStorage.setItem(key, JSON.stringify({ edit, base }));
  } catch {
    // The browser's storage is full or switched off: the edit still waits in this page.
  }
}

/** The next edits to send: all with the same base up to `most`; whole groups, and only one if `single`. */
export function batch({ single = false, most = 50 } = {}) {
  const first = waiting[0];
  if (!first) return [];
  const groupOf = ({ edit }) => edit.group ?? edit.id;
  if (single) return waiting.filter((entry) => groupOf(entry) === groupOf(first));
  const same = waiting.findIndex((entry) => entry.base !== first.base);
  let end = Math.min(same < 0 ? waiting.length : same, most);
  while (end > 1 && waiting[end] && groupOf(waiting[end]) === groupOf(waiting[end - 1])) end--;
  return waiting.slice(0, end);
}
