// How much is simulated.

import { TextField } from "./field.js";
import { Part } from "./part.js";
import { formValue } from "./sync.js";
import { asList, asNumber, asTime, textOf, valueAt } from "./value.js";

export function RunForm({ isTransition }: { isTransition: boolean }) {
  const replicas = valueAt(formValue.value, ["run", "replicas"]) ?? 10_000;
  const summary = `${typeof replicas === "number" ? replicas.toLocaleString("en-GB") : textOf(replicas)} replicas`;
  return (
    <Part title="Run settings" summary={summary}>
      <div class="fields">
        <TextField path={["run", "replicas"]} label="Replicas" read={asNumber} numeric />
        <TextField path={["run", "seed"]} label="Seed" read={asNumber} numeric />
        {isTransition && (
          <>
            <TextField path={["run", "horizon"]} label="Horizon" read={asTime} />
            <TextField path={["run", "settle"]} label="Settling" read={asTime} />
            <TextField path={["run", "exceed"]} label="Thresholds" read={asList} wide />
          </>
        )}
      </div>
    </Part>
  );
}
