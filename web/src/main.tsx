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
