// The commands of the documentation that take long (```console slow).

import { describe, expect, it } from "vitest";
import { commandsIn, PAGES, wrongIn } from "../docs/pages.js";

describe("The documentation's slow commands", () => {
  it.each(PAGES.filter((name) => commandsIn(name, true) > 0))(
    "%s: every command prints what is shown",
    async (name) => {
      expect((await wrongIn(name, () => true)).join("\n\n")).toBe("");
    },
  );
});
