// Examples to start from, a link to hand on, and what became of either.

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ask } from "../client.js";
import type { Requests } from "../protocol.js";
import { hidden, replayed, tab, yaml } from "../state.js";
import { notice, replaceScenario } from "./load.js";
import { toFragment } from "./share.js";

type Example = Requests["presets"]["answer"]["examples"][number];

export function Toolbar() {
  return (
    <div class="toolbar">
      <Examples />
      <button type="button" onClick={share} disabled={yaml.value === ""}>
        Copy link
      </button>
    </div>
  );
}

function Examples() {
  const examples = useSignal<Example[] | string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const onToggle = ({ newState }: { newState: string }) => {
    if (newState !== "open") return;
    placeUnder(list.current!, button.current!);
    if (Array.isArray(examples.value)) return;
    ask("presets", {}).then(
      (presets) => {
        examples.value = presets.examples;
      },
      (error: Error) => {
        examples.value = `The examples cannot be listed: ${error.message}`;
      },
    );
  };
  const take = ({ name, yaml: text }: Example) => {
    list.current?.hidePopover();
    button.current?.focus();
    replaceScenario(text, `Example ${name}.`);
  };
  return (
    <>
      <button type="button" ref={button} popovertarget="examples" aria-haspopup="dialog">
        Examples
      </button>
      <div
        id="examples"
        class="examples"
        popover="auto"
        role="dialog"
        aria-label="Examples"
        ref={list}
        onBeforeToggle={onToggle}
      >
        {Array.isArray(examples.value) ? (
          <ul>
            {examples.value.map((example) => (
              <li key={example.name}>
                <button type="button" class="example" onClick={() => take(example)}>
                  <b>{example.name}</b> <span>{example.title}</span>
                </button>
              </li>
            ))}
          </ul>
        ) : (
          <p>{examples.value ?? "Fetching …"}</p>
        )}
      </div>
    </>
  );
}

function placeUnder(list: HTMLElement, button: HTMLElement): void {
  const { left, bottom } = button.getBoundingClientRect();
  list.style.left = `${Math.max(8, Math.min(left, innerWidth - 440))}px`;
  list.style.top = `${bottom + 4}px`;
}

async function share(): Promise<void> {
  let link: string;
  try {
    const fragment = await toFragment({
      yaml: yaml.value,
      hidden: [...hidden.value],
      tab: tab.value,
      replayed: replayed.value,
    });
    link = `${location.href.replace(/#.*$/, "")}${fragment}`;
  } catch (error) {
    notice.value = { kind: "wrong", text: `No link: ${(error as Error).message}.` };
    return;
  }
  try {
    await navigator.clipboard.writeText(link);
    notice.value = { kind: "told", text: "Copied. The link itself holds the scenario." };
  } catch {
    notice.value = { kind: "told", text: "The clipboard cannot be written to. Copy the link from here:", link };
  }
}

export function NoticeLine() {
  const shown = notice.value;
  return (
    <div role="status" class="notice-place">
      {shown !== null && (
        <div class={`notice ${shown.kind}`}>
          <p>{shown.text}</p>
          {shown.link !== undefined && (
            <input
              type="text"
              readOnly
              aria-label="Link to this scenario"
              value={shown.link}
              onFocus={({ currentTarget }) => currentTarget.select()}
            />
          )}
          <div class="notice-ways">
            {shown.undo !== undefined && (
              <button type="button" onClick={shown.undo}>
                Back to what was here
              </button>
            )}
            <button
              type="button"
              class="quiet"
              onClick={() => {
                notice.value = null;
              }}
            >
              Dismiss
            </button>
          </div>
        </div>
      )}
    </div>
  );
}
