// Results that `klpsim ui RESULT` was given: its server has them beside the page, and says so in the page's address.

import { tab } from "../state.js";
import { open, opened } from "./opened.js";

export async function openServed(): Promise<void> {
  tab.value = "files";
  const answer = await fetch("./loaded.json").catch(() => undefined);
  if (answer?.ok) await open([new File([await answer.blob()], "loaded.json")]);
  else opened.value = { kind: "refused", message: "No results here: klpsim ui RESULT serves them." };
}
