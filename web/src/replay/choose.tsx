// Which replica: a policy of the scenario, a number, or one of the slowest of the run that is shown.

import { useSignal, useSignalEffect } from "@preact/signals";
import { duration, whole } from "../../../src/report/format.js";
import { checked, isRunnable, replayed, run } from "../state.js";
import { follow, following } from "./follow.js";

const REPLICA_MAX = 2 ** 32 - 1;

export function Choose() {
  const own = checked.value?.experiment === "transition" ? checked.value.policies : [];
  const wanted = useSignal<string | null>(null);
  const number = useSignal("0");
  const asked = replayed.value;
  useSignalEffect(() => {
    if (replayed.value !== null) number.value = String(replayed.value.replica);
    wanted.value = null;
  });
  const policy = wanted.value ?? asked?.policy ?? own[0] ?? "";
  const policies = policy === "" || own.includes(policy) ? own : [...own, policy]; // a link may name any that there is
  const replica = Number(number.value);
  const isNumber = /^\d+$/.test(number.value) && replica <= REPLICA_MAX;
  const worst = run.value?.result.results.find((one) => one.policy === policy)?.worst ?? [];
  const open = (policy: string, replica: number) => {
    number.value = String(replica);
    if (asked?.policy === policy && asked.replica === replica) void follow({ policy, replica });
    else replayed.value = { policy, replica };
  };
  const ready = isRunnable.value && policy !== "";
  return (
    <form
      class="choose"
      aria-label="Which replica"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && isNumber) open(policy, replica);
      }}
    >
      <label>
        Policy
        <select
          value={policy}
          onChange={({ currentTarget }) => {
            wanted.value = currentTarget.value;
          }}
        >
          {policies.map((name) => (
            <option key={name} selected={name === policy}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Replica
        <input
          inputMode="numeric"
          size={8}
          value={number.value}
          aria-invalid={!isNumber}
          aria-describedby="choose-hint"
          onInput={({ currentTarget }) => {
            number.value = currentTarget.value.trim();
          }}
        />
      </label>
      <button type="submit" class="primary" disabled={!ready || !isNumber}>
        Replay
      </button>
      <label>
        The slowest of the run
        <select
          disabled={worst.length === 0 || !ready}
          value=""
          onChange={({ currentTarget }) => {
            if (currentTarget.value !== "") open(policy, Number(currentTarget.value));
          }}
        >
          <option value="">{worst.length === 0 ? "after a run" : "choose"}</option>
          {worst.map(({ replica, latencyMs }) => (
            <option key={replica} value={replica}>
              {whole(replica)}: {latencyMs === null ? "not by the horizon" : duration(latencyMs)}
            </option>
          ))}
        </select>
      </label>
      <State isNumber={isNumber} />
    </form>
  );
}

function State({ isNumber }: { isNumber: boolean }) {
  const state = following.value;
  if (state.kind === "going")
    return (
      <div class="choose-state">
        <span role="status">Follows the replica</span>
        <progress aria-label="Follows the replica" value={state.share ?? undefined} max={1} />
        <button type="button" onClick={state.stop}>
          Stop
        </button>
      </div>
    );
  if (state.kind === "failed")
    return (
      <p id="choose-hint" class="notice wrong" role="alert">
        {state.message}
      </p>
    );
  return (
    <p id="choose-hint" class="hint choose-state">
      {isNumber ? "" : `Expected a whole number from 0 to ${whole(REPLICA_MAX)}.`}
    </p>
  );
}
