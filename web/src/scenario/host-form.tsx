// CPUs and kernel configuration.

import { CheckField, SelectField, TextField } from "./field.js";
import { Part } from "./part.js";
import { formValue } from "./sync.js";
import { asNumber, asTime, fieldsOf, textOf, valueAt } from "./value.js";

const COSTS = [
  ["enableGap", "Flags to first try"],
  ["tryCostPerTask", "Try, per task"],
  ["hookOn", "Hooking, at start"],
  ["hookOff", "Hooking, at end"],
  ["rcuGrace", "RCU grace period"],
  ["contextSwitch", "Context switch"],
  ["vmExit", "VM exit"],
  ["ipi", "IPI"],
  ["signal", "Signal pass"],
  ["watchdog", "Watchdog period"],
  ["balancePeriod", "Balance period"],
] as const;

export function HostForm() {
  const host = fieldsOf(valueAt(formValue.value, ["host"]));
  const summary = [`${textOf(host.cpus) || "?"} CPUs`, `HZ ${textOf(host.hz) || "250"}`, textOf(host.preemption)];
  const others = COSTS.filter(([name]) => host[name] !== undefined).length;
  return (
    <Part title="Host" summary={summary.filter((part) => part !== "").join(" · ")}>
      <div class="fields">
        <TextField path={["host", "cpus"]} label="CPUs" read={asNumber} numeric />
        <SelectField path={["host", "hz"]} label="HZ" options={[100, 250, 300, 1000]} standard={250} />
        <SelectField
          path={["host", "preemption"]}
          label="Preemption"
          options={["none", "voluntary", "full", "lazy"]}
          standard="voluntary"
        />
        <TextField path={["host", "loaderCpu"]} label="Loader CPU" read={asNumber} suggestions={["any", "none"]} />
        <TextField path={["host", "nohzFull"]} label="nohz_full CPUs" />
        <TextField path={["host", "offlineCpus"]} label="Offline CPUs" />
        <SelectField
          path={["host", "scheduler"]}
          label="Scheduler"
          options={["cfs", "eevdf-6.6", "eevdf-6.12"]}
          standard="cfs"
        />
        <SelectField
          path={["host", "reliableStack"]}
          label="Reliable stacks"
          options={[true, false, "frame-pointers"]}
          standard={true}
          names={{ true: "yes (ORC)", false: "no" }}
        />
      </div>
      <div class="checks">
        <CheckField path={["host", "idleTasks"]} label="Idle tasks switch too" standard />
        <CheckField path={["host", "schedulerTick"]} label="Timer ticks" standard />
      </div>
      <Part title="Costs and periods" class="inner" open={false} {...(others > 0 ? { summary: `${others} set` } : {})}>
        <div class="fields">
          {COSTS.map(([name, label]) => (
            <TextField key={name} path={["host", name]} label={label} read={asTime} />
          ))}
          <TextField path={["host", "idleWakeRate"]} label="Idle wake-ups" unit="/s" read={asNumber} />
          <SelectField
            path={["host", "unpatchWait"]}
            label="Unpatch waits"
            options={["none", "rude", "rude+tasks"]}
            standard="none"
          />
        </div>
      </Part>
    </Part>
  );
}
