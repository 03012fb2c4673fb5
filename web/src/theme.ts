// Light, dark, or as the system has it; remembered where the browser lets us. The document says which of the two it is.

import { effect, signal } from "@preact/signals";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "klpsim-theme";
const DARK = matchMedia("(prefers-color-scheme: dark)");

export const theme = signal<Theme>("system");
const systemIsDark = signal(DARK.matches);
/** Changes once the document's colours have. */
export const isDark = signal(false);

export function startTheme(): void {
  theme.value = remembered();
  DARK.addEventListener("change", ({ matches }) => {
    systemIsDark.value = matches;
  });
  effect(() => {
    const dark = theme.value === "system" ? systemIsDark.value : theme.value === "dark";
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    isDark.value = dark;
  });
  effect(() => remember(theme.value));
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
