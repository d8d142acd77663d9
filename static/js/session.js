// The session this page is in: its CSRF token (whose cookie is not readable here), and whose it is.
export function token() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

/** Ask who is signed in: "same" as `user` (the token is fresh then), "other" or "nobody". */
export async function check(user) {
  const response = await fetch(document.body.dataset.session, { headers: { "HX-Request": "true" } });
  if (!response.ok) return "nobody";
  const answer = await response.json();
  if (String(answer.user) !== user) return "other";
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": answer.token }));
  return "same";
}
