// Recorded traces made into a scenario.

import { fit } from "../../../src/browser.js";
import { type Handler, seldom } from "./handler.js";

export const fitted: Handler<"fit"> = async (files, { signal, part }) => {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  let progress = { done: 0, total: bytes };
  const tell = seldom(() => part(progress));
  const { profile, result } = await fit(
    files.map(({ name, file }) => ({ name, bytes: file })),
    {
      signal,
      onProgress({ done, total }) {
        progress = { done, total: total ?? bytes };
        tell();
      },
    },
  );
  return { yaml: profile, fit: result };
};
