// HTML as tagged templates: what is put in is escaped, unless it is HTML already.

import { escaped } from "../svg.js";

export class Html {
  constructor(readonly text: string) {}
}

export type Content = string | number | undefined | Html | Content[];

export function html(strings: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(strings.reduce((text, string, i) => text + rendered(contents[i - 1]) + string));
}

/** HTML or SVG that was made by this program from escaped parts. */
export function trusted(text: string): Html {
  return new Html(text);
}

function rendered(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Html) return content.text;
  if (Array.isArray(content)) return content.map(rendered).join("");
  return escaped(String(content));
}
