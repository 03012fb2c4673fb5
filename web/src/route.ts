// The address's fragment: which tab is shown. #replay is a tab, #s=... a shared scenario (scenario/shared.ts).

import { effect } from "@preact/signals";
import { TABS, tab } from "./state.js";

export function startRouting(): void {
  follow();
  addEventListener("hashchange", follow);
  effect(() => {
    const wanted = `#${tab.value}`;
    if (shown() !== tab.value) history.pushState(null, "", wanted);
  });
}

function follow(): void {
  const named = TABS.find((name) => location.hash === `#${name}`);
  if (named !== undefined) tab.value = named;
}

/** A fragment that names no tab leaves the first one shown. */
function shown(): string {
  return TABS.find((name) => location.hash === `#${name}`) ?? TABS[0];
}
