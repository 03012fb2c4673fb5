// klpsim in a page without a bundler. Serve the package's folder (python3 -m http.server) and open examples/browser/.
// With a bundler: import { simulate } from "klpsim/browser".

import { simulate } from "../../dist/browser.js";

const scenario = `
host: { cpus: 16 }
workload:
  vcpu: { kind: vcpu, count: 16, cpus: one-each, behaviour: busy-guest }
policies: [linux-5.13, linux-5.19, kvm-v2]
run: { replicas: 20000 }
`;

const show = ({ results }) => {
  const rows = results.map(({ policy, replicas, latencyMs: { quantiles } }) => {
    const at = (p) => quantiles.find((quantile) => quantile.p === p).value;
    return [policy, replicas, seconds(at(0.5)), seconds(at(0.99))];
  });
  document.querySelector("tbody").replaceChildren(...rows.map(rowOf));
};

const seconds = (ms) => (ms === null ? "longer" : `${(ms / 1000).toFixed(2)} s`);

const rowOf = (cells) => {
  const row = document.createElement("tr");
  for (const cell of cells) row.insertCell().textContent = cell;
  return row;
};

const result = await simulate({ scenario, onGrowth: (soFar) => show(soFar.result) });
show(result);
document.querySelector("[role=status]").textContent = `Done in ${seconds(result.timing.wallMs)}.`;
