// What the page says about saving: Saved, Saving…, or how many changes are kept here, and why.
const box = document.getElementById("save");
const { signIn } = document.getElementById("text").dataset;

const TEXTS = {
  saved: () => "Saved",
  saving: () => "Saving…",
  offline: (changes) => `Offline: ${changes}`,
  "signed-out": (changes) => (changes ? `Signed out: ${changes}` : "Signed out"),
  "other-user": (changes) => (changes ? `Somebody else is signed in: ${changes}` : "Somebody else is signed in"),
  refused: () => "Not saved",
};
const ROUTINE = new Set(["saved", "saving"]);

/** Show how saving stands, with what waits. */
export function show(state, entries = []) {
  const unkept = entries.some((entry) => entry.unkept);
  const said = `${state} ${entries.length} ${unkept}`;
  if (!box || box.dataset.said === said) return;
  const routine = ROUTINE.has(state) && ROUTINE.has(box.dataset.state);
  Object.assign(box.dataset, { state, said });
  const text = box.querySelector(".save__text");
  text.textContent = TEXTS[state](kept(entries.length, unkept));
  // Each “Saving…” and “Saved” would talk over what was just done; that something is wrong, or right again, not.
  if (!routine) box.querySelector("[role=status]").textContent = text.textContent;
  if (state === "signed-out") text.append(" · ", signInLink());
  if (state === "refused") text.append(" · ", decideButton());
  box.classList.toggle("save--unkept", unkept);
}

function kept(count, unkept) {
  if (!count) return "";
  const changes = `${count} change${count === 1 ? "" : "s"}`;
  return unkept ? `${changes} in this page only, do not close it` : `${changes} kept here`;
}

function signInLink() {
  const link = document.createElement("a");
  link.href = signIn;
  link.target = "_blank"; // this page keeps the changes until the other one has signed in
  link.textContent = "Sign in again";
  return link;
}

function decideButton() {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "link", textContent: "Decide" });
  button.dataset.opens = "refused";
  return button;
}
