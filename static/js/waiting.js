// Edits that no answer has confirmed yet. They are kept in the browser's storage, bound to user and article,
// and leave it only when the server has answered for them, or when their author gives them up. All tabs of
// the browser share them: what one adds the others see, and one at a time sends.
import { storage } from "./storage.js";

const PREFIX = "annotator:edits:";
const SAVED = "annotator:saved:"; // + user:article -> version, time
const LATELY = 60_000; // milliseconds: no page is longer on its way

function keysAt(prefix) {
  return Object.keys(storage).filter((key) => key.startsWith(prefix));
}

/** The articles in which edits of a user wait. */
export function articlesOf(user) {
  const prefix = `${PREFIX}${user}:`;
  return user ? [...new Set(keysAt(prefix).map((key) => key.slice(prefix.length).split(":")[0]))] : [];
}

/** The keys of the spans and links that an edit is about; "" is the article, which has a note as well. */
export function namesOf({ span, relation, note }) {
  const noted = note && (note.span ?? "");
  return [span?.id, relation?.id, relation?.from, relation?.to, noted].filter((name) => name !== undefined);
}

// Kinds of edits that are about all that was done before.
const SWEEPING = new Set(["undo", "redo", "submit", "skip"]);
const isOld = (key) => Number(storage.getItem(key)?.split(" ")[1]) < Date.now() - LATELY;
const groupOf = ({ edit }) => edit.group ?? edit.id;

/** What waits of one user in one article, in the order in which it was made. */
export class Waiting {
  /**
   * Each is {edit, base, was, order}: `base` is the version that its author saw, `was` the spans that it is
   * about as they were then. `apart`: it was made without a sight of those before it. `unkept`: the storage
   * does not take it.
   */
  entries = [];
  /** What to do when another tab, or another part of this page, has changed what waits. */
  onchange = () => {};
  #name;
  #saved;
  #last = Promise.resolve();

  constructor(user, article) {
    this.#name = `${PREFIX}${user}:${article}:`;
    this.#saved = `${SAVED}${user}:${article}`;
    this.refresh();
    const hear = () => this.refresh() && this.onchange();
    addEventListener("storage", ({ key }) => (key === null || key.startsWith(this.#name)) && hear());
    document.addEventListener("waiting:changed", ({ detail }) => detail !== this && hear());
  }

  /** Look at the storage, which others write to; true when something waits, or lies, otherwise than before. */
  refresh() {
    const said = () => this.entries.map(({ edit, base }) => `${edit.id} ${base}`).join();
    const before = said();
    const stored = keysAt(this.#name).flatMap((key) => JSON.parse(storage.getItem(key)) ?? []);
    const unkept = this.entries.filter((entry) => entry.unkept);
    this.entries = [...stored, ...unkept].sort((one, other) => one.order - other.order);
    return said() !== before;
  }

  /** Keep new edits; `base` is the version of the reading that their author saw. */
  add(edits, base, wasOf = () => ({})) {
    const seen = new Set(this.entries.map(({ edit }) => edit.id));
    this.refresh();
    const apart = this.entries.some(({ edit }) => !seen.has(edit.id));
    const first = Math.max(Date.now(), Math.floor(this.entries.at(-1)?.order ?? 0) + 1);
    for (const [index, edit] of edits.entries()) {
      const entry = { edit, base, was: wasOf(edit), order: first + index };
      this.entries.push(this.#keep(apart && !index ? { ...entry, apart } : entry));
    }
    if (apart) this.onchange();
  }

  /** Put edits, with what they are made on, in the place of others. */
  replace(entries, successors, base) {
    const [{ order }] = entries;
    this.drop(entries);
    const kept = successors.map((one, index) => this.#keep({ ...one, base, order: order + index / 1000 }));
    this.entries = [...kept, ...this.entries].sort((one, other) => one.order - other.order);
    this.#tell();
  }

  /** Forget edits: the server has them, or their author has given them up. */
  drop(entries) {
    const gone = new Set(entries.map(({ edit }) => edit.id));
    this.entries = this.entries.filter(({ edit }) => !gone.has(edit.id));
    for (const id of gone) storage.removeItem(this.#name + id);
    this.#tell();
  }

  /** The server has these edits as of `version`; `theirs` are the keys of what others changed meanwhile. */
  confirm(entries, version, theirs) {
    this.#remember(version); // first: the next page must find one or the other
    this.drop(entries);
    for (const entry of this.entries) {
      if (entry.apart) break; // it has not seen these, either
      // Where others were at work, what its author has seen stays what it was.
      const touched = SWEEPING.has(entry.edit.kind) || namesOf(entry.edit).some((key) => theirs.includes(key));
      if (!theirs.length || !touched) this.#keep(Object.assign(entry, { base: version }));
    }
  }

  /** The next edits to send: those that saw the same, up to `most`; whole groups, and only one if `single`. */
  batch({ single = false, most = 200 } = {}) {
    const [first] = this.entries;
    if (!first) return [];
    if (single) return this.entries.filter((entry) => groupOf(entry) === groupOf(first));
    const other = this.entries.findIndex((one, index) => index && (one.base !== first.base || one.apart));
    let end = Math.min(other < 0 ? this.entries.length : other, most);
    while (end > 1 && this.entries[end] && groupOf(this.entries[end]) === groupOf(this.entries[end - 1])) end--;
    return this.entries.slice(0, end);
  }

  /** The next group, and what waits behind it about the same spans and links: they stand and fall together. */
  entangled() {
    const found = this.batch({ single: true });
    const names = new Set(found.flatMap(({ edit }) => namesOf(edit)));
    for (const entry of this.entries.slice(found.length)) {
      if (SWEEPING.has(entry.edit.kind)) break;
      if (!namesOf(entry.edit).some((name) => names.has(name))) continue;
      namesOf(entry.edit).forEach((name) => names.add(name));
      found.push(entry);
    }
    return found;
  }

  /** Do a task while no other tab does one about these edits. On plain http there are no locks: then ids, which
   * the server applies once, have to do. */
  alone(task) {
    if (navigator.locks) return navigator.locks.request(this.#name, task);
    const done = this.#last.then(task);
    this.#last = done.catch(() => {});
    return done;
  }

  /** The version as of what was saved lately: a page that was on its way meanwhile shows an older one. */
  get lately() {
    return isOld(this.#saved) ? 0 : parseInt(storage.getItem(this.#saved)) || 0;
  }

  #remember(version) {
    for (const key of keysAt(SAVED)) if (isOld(key)) storage.removeItem(key);
    try {
      storage.setItem(this.#saved, `${version} ${Date.now()}`);
    } catch {
      // The storage is full or switched off: what such a page shows is old until it is looked at again.
    }
  }

  #keep(entry) {
    delete entry.unkept;
    try {
      storage.setItem(this.#name + entry.edit.id, JSON.stringify(entry));
    } catch {
      entry.unkept = true; // the storage is full or switched off: it waits in this page only
    }
    return entry;
  }

  #tell() {
    document.dispatchEvent(new CustomEvent("waiting:changed", { detail: this }));
  }
}
