// Writes docs/scenario.schema.json, or the file named: node dist/scenario/write-schema.js [FILE]

import { writeFileSync } from "node:fs";
import { scenarioJsonSchema } from "./schema.js";

writeFileSync(process.argv[2] ?? "docs/scenario.schema.json", `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
