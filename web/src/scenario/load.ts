// Puts another scenario in the place of the one that is shown, with a word about it and a way back.

import { signal } from "@preact/signals";
import { hidden, replayed, tab, yaml } from "../state.js";
import { fromFragment, isShared } from "./share.js";

export interface Notice {
  kind: "told" | "wrong";
  text: string;
  undo?: () => void;
  /** A link to copy by hand, where the clipboard is not ours. */
  link?: string;
}

export const notice = signal<Notice | null>(null);

export function replaceScenario(text: string, told: string): void {
  const before = yaml.peek();
  yaml.value = text;
  notice.value =
    before === "" || before === text
      ? { kind: "told", text: told }
      : {
          kind: "told",
          text: told,
          undo: () => {
            yaml.value = before;
            notice.value = null;
          },
        };
}

/** Follows links to scenarios, the one that the page was opened by and those put into its address later. */
export function startFollowingLinks(): () => void {
  const follow = () => {
    if (isShared(location.hash)) openLink(location.hash);
  };
  follow();
  addEventListener("hashchange", follow);
  return () => removeEventListener("hashchange", follow);
}

async function openLink(fragment: string): Promise<void> {
  try {
    const shared = await fromFragment(fragment);
    hidden.value = new Set(shared.hidden);
    replayed.value = shared.replayed;
    replaceScenario(shared.yaml, "This scenario came with the link.");
    history.replaceState(null, "", `#${shared.tab ?? tab.value}`);
    if (shared.tab !== null) tab.value = shared.tab;
  } catch (error) {
    notice.value = { kind: "wrong", text: `The link's scenario cannot be read: ${(error as Error).message}.` };
    history.replaceState(null, "", `#${tab.value}`);
  }
}
