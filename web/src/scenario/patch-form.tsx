// The livepatch, and what the administrator does about it.

import { CheckField, SelectField, TextField } from "./field.js";
import { Part } from "./part.js";
import { change, formValue } from "./sync.js";
import { asList, asNumber, asTime, listOf, textOf, valueAt } from "./value.js";
import { functionsOnStacks } from "./workload-form.js";

export function PatchForm() {
  const functions = textOf(valueAt(formValue.value, ["patch", "functions"]));
  return (
    <Part title="Patch" summary={functions === "" ? "no functions" : functions}>
      <div class="fields">
        <TextField
          path={["patch", "functions"]}
          label="Functions it replaces"
          read={asList}
          suggestions={functionsOnStacks()}
          wide
        />
        <SelectField path={["patch", "direction"]} label="Direction" options={["patch", "unpatch"]} standard="patch" />
        <TextField path={["patch", "nops"]} label="Nop functions" read={asNumber} numeric />
      </div>
      <div class="checks">
        <CheckField path={["patch", "replace"]} label="Atomic replace of older patches" />
      </div>
      <Actions />
    </Part>
  );
}

function Actions() {
  const actions = valueAt(formValue.value, ["admin"]);
  const count = listOf(actions).length;
  const first = { at: "15s", do: "signal" };
  const add = () => {
    if (Array.isArray(actions)) change({ path: ["admin", count], value: first });
    else change({ path: ["admin"], value: [first] });
  };
  return (
    <fieldset class="actions">
      <legend class="visually-hidden">What the administrator does</legend>
      {listOf(actions).map((_, i) => (
        <div class="action-row" key={i}>
          <TextField path={["admin", i, "at"]} label={`Action ${i + 1}: at`} read={asTime} />
          <SelectField path={["admin", i, "do"]} label="do" options={["signal", "reverse", "force"]} />
          <button
            type="button"
            class="quiet remove"
            aria-label={`Remove action ${i + 1}`}
            onClick={() => change({ path: count === 1 ? ["admin"] : ["admin", i], value: undefined })}
          >
            ×
          </button>
        </div>
      ))}
      <button type="button" class="quiet" onClick={add}>
        Add an action of the administrator
      </button>
    </fieldset>
  );
}
