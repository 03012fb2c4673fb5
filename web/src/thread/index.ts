// The page's thread, where there is no simulation in it: every request is told so.

import type { ToPage, ToThread } from "../protocol.js";

addEventListener("message", ({ data }: MessageEvent<ToThread>) => {
  if (data.name === "stop") return;
  const message = "this page was built without the simulation";
  postMessage({ id: data.id, failed: { message, problems: [], stopped: false } } satisfies ToPage);
});
