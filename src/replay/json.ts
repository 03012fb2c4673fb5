// A replay as JSON on one line, event by event: as a whole it may be longer than a string can be.

import type { Replay } from "./account.js";

export function* jsonChunks({ events, ...rest }: Replay): Generator<string> {
  yield `${JSON.stringify(rest).slice(0, -1)},"events":[`;
  let separator = "";
  for (const event of events) {
    yield `${separator}${JSON.stringify(event)}`;
    separator = ",";
  }
  yield "]}\n";
}
