// The scenario's YAML: a plain text field until the editor has been fetched, and wherever it cannot be.

import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { checked, yaml } from "../state.js";
import type { Editor } from "./codemirror.js";

let editor: Editor | undefined;
const LABEL = "Scenario as YAML";

/** Puts the cursor where a problem is. */
export function goTo(line: number, column: number): void {
  editor?.goTo(line, column);
}

export function YamlEditor() {
  const host = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    let close: (() => void) | undefined;
    let gone = false;
    import("./codemirror.js")
      .then(({ openEditor }) => {
        if (gone || host.current === null) return;
        close = connect(openEditor, host.current);
        setOpen(true);
      })
      .catch(console.error); // the text field stays
    return () => {
      gone = true;
      close?.();
    };
  }, []);
  return (
    <>
      <div ref={host} class="editor" hidden={!isOpen} />
      {!isOpen && (
        <textarea
          class="editor plain"
          aria-label={LABEL}
          spellcheck={false}
          value={yaml.value}
          onInput={({ currentTarget }) => {
            yaml.value = currentTarget.value;
          }}
        />
      )}
    </>
  );
}

function connect(open: typeof import("./codemirror.js").openEditor, parent: HTMLElement): () => void {
  const opened = open({
    parent,
    text: yaml.peek(),
    label: LABEL,
    onText: (text) => {
      yaml.value = text;
    },
  });
  editor = opened;
  const stops = [
    effect(() => opened.setText(yaml.value)),
    effect(() => opened.setProblems(checked.value?.problems ?? [])),
  ];
  return () => {
    for (const stop of stops) stop();
    opened.close();
    editor = undefined;
  };
}
