// Tabs as assistive technology knows them: one stop in the tab order, arrow keys, Home and End.

import type { ComponentChildren, FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Failed } from "./boundary.js";
import { type Tab, tab } from "./state.js";
import "./style/tabs.css";

interface Entry {
  name: Tab;
  title: string;
}

export function Tabs({ label, tabs }: { label: string; tabs: Entry[] }) {
  const onKeyDown = (event: KeyboardEvent) => {
    const to = target(event.key, tabs);
    if (to === undefined) return;
    event.preventDefault();
    tab.value = to;
    document.querySelector<HTMLElement>(`#${tabId(to)}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(({ name, title }) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={tabId(name)}
          aria-controls={panelId(name)}
          aria-selected={tab.value === name}
          tabIndex={tab.value === name ? 0 : -1}
          onClick={() => {
            tab.value = name;
          }}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

/** Stays mounted while another is shown, so that what was done there is kept. */
export function TabPanel({ name, children }: { name: Tab; children: ComponentChildren }) {
  return (
    <div
      class="tab-panel"
      role="tabpanel"
      id={panelId(name)}
      aria-labelledby={tabId(name)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel that scrolls is reached by keyboard.
      tabIndex={0}
      hidden={tab.value !== name}
    >
      {children}
    </div>
  );
}

/** A part that is fetched when it is first shown. */
export function lazily(title: string, load: () => Promise<FunctionComponent>): FunctionComponent {
  return function Lazy() {
    const [Part, setPart] = useState<FunctionComponent | null>(null);
    const [error, setError] = useState<Error | null>(null);
    const start = () => {
      setError(null);
      load().then(
        (part) => setPart(() => part),
        (thrown: Error) => setError(thrown),
      );
    };
    useEffect(start, []);
    if (error !== null) return <Failed what={`${title} could not be fetched`} error={error} retry={start} />;
    return Part === null ? <p class="faint">Fetching …</p> : <Part />;
  };
}

function target(key: string, tabs: Entry[]): Tab | undefined {
  const at = tabs.findIndex(({ name }) => name === tab.value);
  const places: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
  const place = places[key];
  return place === undefined ? undefined : tabs[(place + tabs.length) % tabs.length]?.name;
}

const tabId = (name: Tab) => `tab-${name}`;
const panelId = (name: Tab) => `panel-${name}`;
