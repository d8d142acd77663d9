// Edits as the server takes them. Those of one action share a group: one undo takes them back.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID(); // on plain http it is for localhost only
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.*)$/, "$1-$2-4$3-8$4-$5");
}

const edit = (kind, body) => ({ id: newId(), kind, ...body });

export const addSpan = (id, label, pieces, entity) =>
  edit("add_span", { span: { id, label, pieces, attributes: {}, ...(entity && { entity }) } });
export const changeSpan = (id, changes) => edit("change_span", { span: { id, ...changes } });
export const removeSpan = (id) => edit("remove_span", { span: { id } });
export const addRelation = (type, from, to) =>
  edit("add_relation", { relation: { id: newId(), type, from, to } });
export const removeRelation = (id) => edit("remove_relation", { relation: { id } });
export const setNote = (span, text) => edit("set_note", { note: { span, text } });
export const skip = (reason) => edit("skip", { reason });
export const plain = (kind) => edit(kind, {});

/** Give several edits one group. */
export function together(edits) {
  if (edits.length < 2) return edits;
  const group = newId();
  return edits.map((one) => ({ ...one, group }));
}
