// What klpsim is, where its documentation is, light or dark.

import { THEMES, theme } from "./theme.js";
import "./style/header.css";

/** Of who built the page; empty: not known. */
declare const KLPSIM_DOCS_URL: string;

export function Header() {
  return (
    <header class="header">
      <h1>
        <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
          <path d="M1.5 3.5h5v4.5h4v4.5h4" fill="none" stroke="currentColor" stroke-width="2" />
        </svg>
        klpsim
      </h1>
      <p>
        simulates Linux livepatch transitions: how long the next one takes, what holds it up, and what chasing the
        stragglers costs.
      </p>
      {KLPSIM_DOCS_URL !== "" && (
        <nav aria-label="klpsim">
          <a href={KLPSIM_DOCS_URL}>Docs</a>
        </nav>
      )}
      <ThemeChoice />
    </header>
  );
}

function ThemeChoice() {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">Colours</legend>
      {THEMES.map((name) => (
        <label key={name}>
          <input
            type="radio"
            name="theme"
            checked={theme.value === name}
            onChange={() => {
              theme.value = name;
            }}
          />
          <span>{{ system: "Auto", light: "Light", dark: "Dark" }[name]}</span>
        </label>
      ))}
    </fieldset>
  );
}
