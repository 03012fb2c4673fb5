// SVG as text: just enough of it for plots that scale, print and can be read aloud.

type Attributes = Record<string, string | number>;

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', Arial, sans-serif";

interface Drawing {
  width: number;
  height: number;
  title: string;
  description: string;
  children: string[];
}

/** A document of its own, on white. Paths are not filled, rectangles not stroked, unless they say so. */
export function svgDocument({ width, height, title, description, children }: Drawing): string {
  const root = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-labelledby": "title description",
    "font-family": FONT,
    fill: "none",
  };
  return `${element("svg", root, [
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    element("rect", { width, height, fill: "#ffffff" }),
    ...children.filter(Boolean),
  ])}\n`;
}

export function element(name: string, attributes: Attributes, children: string[] = []): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(shown(value))}"`);
  const head = `<${name}${written.join("")}`;
  return children.length === 0 ? `${head}/>` : `${head}>\n${children.join("\n")}\n</${name}>`;
}

/** Words at a point, dark unless they say otherwise. */
export function text(x: number, y: number, words: string, attributes: Attributes = {}): string {
  const all = { x, y, fill: "#1f2328", ...attributes };
  return element("text", all).replace(/\/>$/, `>${escaped(words)}</text>`);
}

/** For text and attribute values, in SVG and HTML. */
export function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function shown(value: string | number): string {
  return typeof value === "number" ? String(Math.round(100 * value) / 100) : value;
}
