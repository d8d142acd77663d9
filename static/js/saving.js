// One request that saves edits, and what is read off its answer.
import * as session from "./session.js";

const PATIENCE = 20_000; // milliseconds: a network that half works may never answer

/** No answer came, or none that says anything about the edits: they are to be sent again. */
export class NoAnswer extends Error {}

/** Send edits in the name of `user`; returns {status, sheet}. Throws NoAnswer. */
export async function post(url, user, entries) {
  const answer = await request(url, user, entries);
  if (answer.status !== 403 || (await whoIsHere(user)) !== "same") return answer;
  return request(url, user, entries); // signing in in another tab had made the token of this page void
}

/** As `session.check`. Throws NoAnswer. */
export function whoIsHere(user) {
  return session.check(user).catch(fail);
}

async function request(url, user, entries) {
  const body = { base_version: entries[0].base, edits: entries.map(({ edit }) => edit) };
  const headers = { "Content-Type": "application/json", "X-CSRFToken": session.token() };
  return ask(url, user, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Fetch something about a reading of `user`; returns {status, sheet}. Throws NoAnswer. */
export async function ask(url, user, { headers, ...options } = {}) {
  const cut = new AbortController();
  const timer = setTimeout(() => cut.abort(), PATIENCE);
  try {
    const named = { "HX-Request": "true", "X-User": user, ...headers };
    const response = await fetch(url, { headers: named, signal: cut.signal, ...options });
    return { status: response.status, sheet: parse(await response.text()) };
  } catch (problem) {
    return fail(problem);
  } finally {
    clearTimeout(timer);
  }
}

function fail({ message }) {
  throw new NoAnswer(message);
}

/** Read an answer; null when it is some other page (a sign-in form of a proxy, an error page). */
function parse(html) {
  const sheet = new DOMParser().parseFromString(html, "text/html");
  return sheet.querySelector("body > #reading") && sheet;
}

/** The version of the reading that an answer shows. */
export const versionOf = (sheet) => Number(sheet.getElementById("reading").dataset.version);

/** The keys of what others changed since the edits were made. */
export const theirsOf = (sheet) => JSON.parse(sheet.getElementById("theirs")?.textContent ?? "[]");

/**
 * Send all that waits in an article, without its desk. Returns how many changes were saved, and why there are
 * more: "waits" for the server or for the session, "refused" for its author; "" when there are none.
 */
export function deliver(waiting, user, article) {
  let saved = 0;
  let single = false; // one group at a time, so that those before the one that is refused are saved
  const next = () => waiting.batch({ single });
  return waiting.alone(async () => {
    waiting.refresh();
    for (let entries = next(); entries.length; entries = next()) {
      const { status, sheet } = await post(`/articles/${article}/edits/`, user, entries).catch(() => ({}));
      if (status === 200 && sheet) {
        saved += entries.length;
        waiting.confirm(entries, versionOf(sheet), theirsOf(sheet));
      } else if (![403, 404, 409, 413, 422].includes(status)) return { saved, rest: "waits" };
      else if (single) return { saved, rest: "refused" };
      else single = true;
    }
    return { saved, rest: "" };
  });
}
