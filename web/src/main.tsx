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

// As klpsim ui prints the address where it was given results.
if (location.search === "?loaded") void import("./files/served.js").then(({ openServed }) => openServed());
