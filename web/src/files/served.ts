// Results that `klpsim ui RESULT` was given: its server has them beside the page, and says so in the page's address; of a run's directory
// the scenario as well.

import { replaceScenario } from "../scenario/load.js";
import { tab } from "../state.js";
import { open, opened } from "./opened.js";

const WHAT = "what klpsim ui was given";

export async function openServed(withScenario: boolean): Promise<void> {
  tab.value = "files";
  try {
    if (withScenario)
      replaceScenario(
        await (await served("./loaded.yaml")).text(),
        "The scenario of the run that klpsim ui was given.",
      );
    await open([new File([await (await served("./loaded.json")).blob()], WHAT)]);
  } catch {
    opened.value = { kind: "refused", message: "No results here: klpsim ui RESULT serves them." };
  }
}

async function served(path: string): Promise<Response> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}
