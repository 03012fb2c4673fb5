// Recorded traces made into a scenario.

import { fit } from "../../../src/browser.js";
import { type Handler, seldom } from "./handler.js";

export const fitted: Handler<"fit"> = async (files, { signal, part }) => {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  const tell = seldom(part);
  const { profile, result } = await fit(
    files.map(({ name, file }) => ({ name, bytes: file })),
    {
      signal,
      onProgress: ({ done, total }) => tell({ done, total: total ?? bytes }),
    },
  );
  return { yaml: profile, fit: result };
};
