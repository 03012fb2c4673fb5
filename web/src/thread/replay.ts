// One replica in full, and a replay as a file.

import { REPLAY_FORMATS, type Replay, type ReplayFormat, replay } from "../../../src/browser.js";
import type { Handler } from "./handler.js";
import { keep, keptReplay } from "./replays.js";

export const replayed: Handler<"replay"> = ({ yaml, policy, replica }, { signal, part }) =>
  replay({ scenario: yaml, policy, replica, signal, onProgress: part }).then(keep);

const TYPES: Record<ReplayFormat, string> = {
  text: "text/plain",
  json: "application/json",
  perfetto: "application/octet-stream",
  chrome: "application/json",
  ftrace: "text/plain",
  svg: "image/svg+xml",
};

export const exportReplay: Handler<"exportReplay"> = ({ replay: key, format }) => {
  const of = keptReplay(key);
  if (of === undefined) throw new Error("this replay is gone, others were opened since: open it again");
  return new Blob(piecesOf(of, format), { type: TYPES[format] });
};

function piecesOf(of: Replay, format: ReplayFormat): BlobPart[] {
  return [...REPLAY_FORMATS[format].write(of)] as BlobPart[];
}
