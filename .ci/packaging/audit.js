// Known weaknesses of what is installed with klpsim: npm run audit. Fails where one is reported; where the registry has no such list,
// which some mirrors do not, it says so and passes.

import { spawnSync } from "node:child_process";

const { stdout, stderr } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8" });
const report = read(stdout);
const found = report?.metadata?.vulnerabilities;
if (found !== undefined) {
  for (const { name, severity, range } of Object.values(report.vulnerabilities ?? {}))
    console.log(`${name} ${range}: ${severity}`);
  console.log(`${found.total} known weaknesses of what is installed with klpsim`);
  process.exitCode = found.total > 0 ? 1 : 0;
} else if (isAbsent(report, stderr)) {
  console.log(`not audited: ${report?.message ?? stderr.trim()}`);
} else {
  console.error(stdout, stderr);
  process.exitCode = 1;
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the registry answered that it has no audits, or there is none to ask. */
function isAbsent(report, log) {
  const text = `${report?.message ?? ""} ${log}`;
  return /\b(404|405|501)\b|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENETUNREACH/.test(text);
}
