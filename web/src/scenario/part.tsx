// A heading that opens and closes what is under it.

import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";

interface PartProps {
  title: string;
  /** In a few words, beside the title. */
  summary?: string;
  open?: boolean;
  level?: 2 | 3;
  class?: string;
  /** Beside the heading. */
  aside?: ComponentChildren;
  children: ComponentChildren;
}

export function Part({ title, summary, open: opened = true, level = 3, class: name = "", aside, children }: PartProps) {
  const [open, setOpen] = useState(opened);
  const id = useId();
  const Heading = `h${level}` as "h3";
  return (
    <section class={`part ${name} ${open ? "open" : "closed"}`} aria-labelledby={`${id}-title`}>
      <div class="part-head">
        <Heading>
          <button
            type="button"
            class="part-toggle"
            id={`${id}-title`}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            {title}
          </button>
        </Heading>
        {summary !== undefined && <span class="part-summary">{summary}</span>}
        {aside}
      </div>
      <div class="part-body" id={id} hidden={!open}>
        {children}
      </div>
    </section>
  );
}
