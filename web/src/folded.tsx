// What is made only while it is open: it would cost at every update, or when its tab is opened.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface Props {
  class: string;
  title: string;
  children: () => ComponentChildren;
}

export function Folded({ class: name, title, children }: Props) {
  const open = useSignal(false);
  return (
    <details
      class={name}
      onToggle={({ currentTarget }) => {
        open.value = currentTarget.open;
      }}
    >
      <summary>{title}</summary>
      {open.value && children()}
    </details>
  );
}
