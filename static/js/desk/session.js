// The session this page is in: whose it is, and its CSRF token (its cookie is not readable here).
const { user, session } = document.getElementById("text").dataset;

export function token() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

/** Ask who is signed in: "same" (the token is fresh then), "other" or "nobody". */
export async function check() {
  const response = await fetch(session, { headers: { "HX-Request": "true" } });
  if (!response.ok) return "nobody";
  const answer = await response.json();
  if (String(answer.user) !== user) return "other";
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": answer.token }));
  return "same";
}
