// Files as klpsim's own commands write them, made by the thread and handed to the browser to keep.

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { RequestFailed } from "../client.js";
import "./save.css";

export interface Form<F extends string> {
  format: F;
  title: string;
  extension: string;
  told: string;
}

interface Props<F extends string> {
  title: string;
  hint?: string;
  /** Of the file, whatever it holds. */
  name: string;
  forms: readonly Form<F>[];
  disabled?: boolean;
  make: (format: F) => Promise<Blob>;
}

export function SaveAs<F extends string>({ title, hint, name, forms, disabled = false, make }: Props<F>) {
  const id = useId();
  const failure = useSignal("");
  const save = async ({ format, extension }: Form<F>) => {
    failure.value = "";
    try {
      download(await make(format), `${fileName(name)}.${extension}`);
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      failure.value = error.message;
    }
  };
  return (
    <section class="save" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {hint !== undefined && <p class="hint">{hint}</p>}
      <ul>
        {forms.map((one) => (
          <li key={one.format}>
            <button type="button" disabled={disabled} title={one.told} onClick={() => save(one)}>
              {one.title}
            </button>
          </li>
        ))}
      </ul>
      <p role="status" class="warn">
        {failure}
      </p>
    </section>
  );
}

function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|-+$/g, "") || "klpsim";
}

export function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
