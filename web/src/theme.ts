// Light, dark, or as the system has it; remembered where the browser lets us.

import { effect, signal } from "@preact/signals";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "klpsim-theme";

export const theme = signal<Theme>("system");

export function startTheme(): void {
  theme.value = remembered();
  effect(() => {
    const chosen = theme.value;
    const { dataset } = document.documentElement;
    if (chosen === "system") delete dataset.theme;
    else dataset.theme = chosen;
    remember(chosen);
  });
}

function remembered(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return THEMES.find((name) => name === kept) ?? "system";
  } catch {
    return "system";
  }
}

function remember(chosen: Theme): void {
  try {
    if (chosen === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, chosen);
  } catch {
    // Storage is forbidden or full: the choice holds for this visit.
  }
}
