// What the page says about saving: Saved, Saving…, or how many changes are kept here, and why.
const box = document.getElementById("save");

const TEXTS = {
  saved: () => "Saved",
  saving: () => "Saving…",
  offline: (count) => `Offline: ${changes(count)} kept here`,
  "signed-out": (count) => `${changes(count)} kept here`,
  "other-user": (count) => `${changes(count)} kept here: somebody else is signed in`,
  refused: () => "Not saved",
};

const changes = (count) => `${count} change${count === 1 ? "" : "s"}`;

export function show(state, count = 0) {
  if (!box || (box.dataset.state === state && box.dataset.count === String(count))) return;
  box.dataset.state = state;
  box.dataset.count = count;
  const text = box.querySelector(".save__text");
  text.textContent = TEXTS[state](count);
  if (state === "signed-out") text.append(" · ", signInLink());
}

function signInLink() {
  const link = document.createElement("a");
  link.href = document.getElementById("text").dataset.signIn;
  link.target = "_blank"; // this page keeps the changes until the other one has signed in
  link.textContent = "Sign in again";
  return link;
}
