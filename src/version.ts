import { readFileSync } from "node:fs";
import { packageFile } from "./package-file.js";

/** klpsim's own version, from package.json beside src/ and dist/. */
export const version: string = JSON.parse(readFileSync(packageFile("package.json"), "utf8")).version;
