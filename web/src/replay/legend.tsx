// What the timeline's colours and marks mean.

import { LOOK_WORDS } from "./read.js";
import { LOOKS } from "./view.js";

export function Legend() {
  return (
    <ul class="timeline-legend" aria-label="Colours">
      {LOOKS.filter((look) => look !== "gone").map((look) => (
        <li key={look}>
          <span class={`swatch look-${look}`} aria-hidden="true" />
          {LOOK_WORDS[look]}
        </li>
      ))}
      <li>
        <span class="swatch edge" aria-hidden="true" />
        TIF_PATCH_PENDING
      </li>
      <li>
        <span class="diamond" aria-hidden="true">
          ◆
        </span>
        switched, faint from then on
      </li>
    </ul>
  );
}
