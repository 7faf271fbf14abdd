// Dark or light: as the system says, until the reader decides.

import { remembered } from "./remembered.js";

const system = window.matchMedia("(prefers-color-scheme: light)");

export const theme = () => remembered.theme ?? (system.matches ? "light" : "dark");

export function startTheme() {
  apply();
  system.addEventListener("change", apply);
}

export function switchTheme() {
  remembered.theme = theme() === "dark" ? "light" : "dark";
  apply();
}

function apply() {
  document.documentElement.dataset.theme = theme();
}
