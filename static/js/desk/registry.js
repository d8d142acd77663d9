// Whom the corpus knows: the entities that matter for this article, the likeliest first.
const element = document.getElementById("registry");

/** Entities: {name, aliases, quotes}. */
export const registry = element ? JSON.parse(element.textContent) : [];

const MOST = 7;
const words = (name) => plain(name).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
const plain = (name) => name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase(); // to compare, never to store

/** The entities that these words may mean: the same name, an alias, or at least the same surname. It only
 * offers: two people of one surname are two people. */
export function meantBy(mention) {
  const said = words(mention);
  const scored = registry.map((entity, order) => [score(entity, said, plain(mention)), order, entity]);
  return scored
    .filter(([points]) => points > 0)
    .sort(([one, first], [other, second]) => other - one || first - second)
    .slice(0, MOST)
    .map(([, , entity]) => entity);
}

function score({ name, aliases }, said, mention) {
  const own = [name, ...aliases];
  if (own.some((one) => plain(one) === mention)) return 3;
  if (said.length && words(name).length && said.every((word) => words(name).includes(word))) return 2;
  return own.some((one) => said.length > 0 && words(one).at(-1) === said.at(-1)) ? 1 : 0;
}
