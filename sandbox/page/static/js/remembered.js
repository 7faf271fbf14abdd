// What the browser remembers between visits: `remembered.theme` and so on; null where nothing is remembered.

const PREFIX = "sandbox.";

export const remembered = new Proxy(
  {},
  {
    get: (_, name) => localStorage.getItem(PREFIX + name),
    set: (_, name, value) => {
      if (value === null) localStorage.removeItem(PREFIX + name);
      else localStorage.setItem(PREFIX + name, value);
      return true;
    },
  },
);
