// VitePress's theme without its fonts, in klpsim's colours.

import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import "./style.css";

export default DefaultTheme satisfies Theme;
