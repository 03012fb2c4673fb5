// The page's style sheet: no font, picture or script from elsewhere; dark where the reader's system is, light on paper.

import { DARK, LIGHT, variables } from "../figures/theme.js";

/** From this width on pictures are drawn wide. */
export const WIDE_FROM = 760;
export const WIDTHS = { narrow: 368, wide: 864 };

export const STYLE = `
:root{color-scheme:light dark;${variables(LIGHT)};--panel:#f6f8fa;--line:#d0d7de}
@media screen and (prefers-color-scheme:dark){:root{${variables(DARK)};--panel:#1b2027;--line:#3a424c}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--surface);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",Arial,sans-serif}
main,footer{max-width:56rem;margin:0 auto;padding:0 1rem}
header{max-width:56rem;margin:0 auto;padding:1.5rem 1rem 0}
h1,h2,h3{line-height:1.25;overflow-wrap:anywhere}
h1{font-size:1.05rem;font-weight:600;color:var(--faint);margin:0 0 .5rem}
.answer{font-size:1.45rem;line-height:1.35;font-weight:600;margin:.25rem 0 .75rem;overflow-wrap:anywhere}
h2{font-size:1.35rem;margin:2.5rem 0 .5rem;padding-top:.5rem;border-top:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.75rem 0 .25rem}
p,li{max-width:46rem;overflow-wrap:anywhere}
ul{padding-left:1.25rem}
.faint,figcaption,.note{color:var(--faint)}
.warn{color:var(--warn)}
.warning{border-left:4px solid var(--warn);background:var(--panel);padding:.5rem .75rem;margin:.5rem 0}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:0;margin:.5rem 0 0}
a{color:var(--series-0)}
figure{margin:.5rem 0 1rem}
figcaption{font-size:.875rem;max-width:46rem;margin-bottom:.6rem}
svg{display:block;max-width:100%;height:auto;font-family:inherit}
svg.wide{display:none}
@media (min-width:${WIDE_FROM}px){svg.wide{display:block}svg.narrow{display:none}}
.scroll{overflow-x:auto;margin:.5rem 0 1rem}
.scroll:focus-visible,a:focus-visible{outline:2px solid var(--series-0);outline-offset:2px}
.paper{background:#fff;border:1px solid var(--line);border-radius:6px}
.paper svg{min-width:34rem}
.paper.dark{display:none}
@media screen and (prefers-color-scheme:dark){.paper.dark{display:block}.paper.light{display:none}}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:.25rem 0;font-size:1rem}
caption span{position:sticky;left:0;display:inline-block;max-width:calc(100vw - 2rem)}
th,td{padding:.3rem .6rem;text-align:right;vertical-align:top;border-bottom:1px solid var(--line);white-space:nowrap}
th{font-weight:600}
thead th{vertical-align:bottom;white-space:normal;border-bottom:2px solid var(--line)}
th.left,td.left{text-align:left}
td.left{white-space:normal;min-width:12rem;overflow-wrap:anywhere}
td.left.short{min-width:0}
tbody th{max-width:16rem;white-space:normal;overflow-wrap:anywhere;text-align:left}
tbody th.short,td.short{white-space:nowrap}
.note{display:block;font-size:.75rem}
table svg{display:inline-block;vertical-align:-2px;margin-right:.35rem}
pre{background:var(--panel);padding:.75rem;overflow:auto;font-size:.8125rem;line-height:1.45;max-height:36rem;border-radius:6px}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1rem;font-size:.875rem}
dt{color:var(--faint)}
dd{margin:0;overflow-wrap:anywhere}
footer{padding-top:2rem;padding-bottom:2rem;color:var(--faint);font-size:.8125rem}
@media (max-width:480px){.answer{font-size:1.2rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.4rem}}
@media print{
@page{margin:14mm}
body{font-size:10.5pt}
main,header,footer{max-width:none;padding-left:0;padding-right:0}
nav{display:none}
svg.wide{display:block}svg.narrow{display:none}
.scroll,pre{overflow:visible;max-height:none}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
table{font-size:7.5pt}
.note{font-size:6.5pt}
th,td{padding:.2rem .35rem}
figure,tr,.warning{break-inside:avoid}
h2,h3,caption,figcaption{break-after:avoid}
}`;
