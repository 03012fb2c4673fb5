// The way from a file to what was made of it.

import { tab } from "../state.js";

export function ToTheRun() {
  const go = () => {
    tab.value = "run";
  };
  return (
    <button type="button" onClick={go}>
      To the run
    </button>
  );
}
