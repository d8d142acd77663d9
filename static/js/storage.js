// The browser's storage; where it is switched off, one that keeps nothing.
export const storage = opened();

function opened() {
  try {
    return localStorage;
  } catch {
    return {
      getItem: () => null,
      removeItem: () => {},
      setItem() {
        throw new DOMException("The storage is switched off.", "SecurityError");
      },
    };
  }
}
