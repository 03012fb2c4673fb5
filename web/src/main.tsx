// Where the page starts.

import { render } from "preact";
import { App } from "./app.js";
import { startRouting } from "./route.js";
import "./style/base.css";
import "./style/controls.css";
import { startTheme } from "./theme.js";

startTheme();
startRouting();
render(<App />, document.querySelector("#app")!);

// As klpsim ui prints the address where it was given results, or a run's directory.
const given = ["?loaded", "?loaded-run"].indexOf(location.search);
if (given >= 0) void import("./files/served.js").then(({ openServed }) => openServed(given === 1));
