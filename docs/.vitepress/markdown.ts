// Pages read as well on the site as in the repository: file names become links, pictures follow the theme, and code that is not on
// the site is named without a link.

import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import type { MarkdownOptions } from "vitepress";

type MarkdownIt = Parameters<NonNullable<MarkdownOptions["config"]>>[0];

const DOCS = fileURLToPath(new URL("..", import.meta.url));

interface Environment {
  /** Of the page, from docs/. */
  relativePath?: string;
}

/** For VitePress: markdown.config. */
export function klpsimMarkdown(md: MarkdownIt): void {
  linkFileNames(md);
  dropLinksToCode(md);
  followTheme(md);
  letTablesScroll(md);
}

type CodeTransformer = NonNullable<MarkdownOptions["codeTransformers"]>[number];

/** Lines that are typed stand out from what is printed. */
export const markCommands: CodeTransformer = {
  name: "klpsim-commands",
  line(node) {
    const [first] = node.children;
    const text = first?.type === "element" && first.children[0]?.type === "text" ? first.children[0].value : "";
    if (text.startsWith("$ ")) this.addClassToHast(node, "command");
  },
};

/** `model.md` and `docs/model.md` in the text lead there. */
function linkFileNames(md: MarkdownIt): void {
  const plain = md.renderer.rules.code_inline!;
  md.renderer.rules.code_inline = (tokens, at, options, environment: Environment, self) => {
    const code = plain(tokens, at, options, environment, self);
    const name = /^(?:docs\/)?([a-z-]+(?:\/[a-z-]+)?)\.md$/.exec(tokens[at]!.content)?.[1];
    const inLink = tokens
      .slice(0, at)
      .reduce((depth, { nesting, type }) => (type.startsWith("link_") ? depth + nesting : depth), 0);
    if (name === undefined || inLink > 0 || !existsSync(join(DOCS, `${name}.md`))) return code;
    const from = posix.dirname(environment.relativePath ?? "index.md");
    return `<a href="${posix.relative(from, name) || "."}.html">${code}</a>`;
  };
}

/** ../assembly/... is in the repository and not on the site. */
function dropLinksToCode(md: MarkdownIt): void {
  md.core.ruler.push("klpsim-code-links", ({ tokens, env }) => {
    for (const { children } of tokens)
      for (const [at, token] of (children ?? []).entries()) {
        if (token.type !== "link_open" || !leavesDocs(token.attrGet("href") ?? "", env)) continue;
        const close = children!.findIndex(({ type }, i) => i > at && type === "link_close");
        for (const end of [token, children![close]!])
          Object.assign(end, { type: "text", content: "", nesting: 0, attrs: null });
      }
  });
}

function leavesDocs(href: string, { relativePath = "index.md" }: Environment): boolean {
  return !/^[a-z]+:|^#|^\//.test(href) && posix.join(dirname(relativePath), href).startsWith("..");
}

/** Of a picture that has a -dark.svg beside it the one that fits is shown. */
function followTheme(md: MarkdownIt): void {
  const plain = md.renderer.rules.image!;
  md.renderer.rules.image = (tokens, at, options, environment: Environment, self) => {
    const token = tokens[at]!;
    const source = token.attrGet("src") ?? "";
    const dark = source.replace(/\.svg$/, "-dark.svg");
    const path = join(DOCS, dirname(environment.relativePath ?? "index.md"), dark);
    if (dark === source || !existsSync(path)) return plain(tokens, at, options, environment, self);
    token.attrSet("class", "light-only");
    const light = plain(tokens, at, options, environment, self);
    token.attrSet("src", dark);
    token.attrSet("class", "dark-only");
    return light + plain(tokens, at, options, environment, self);
  };
}

/** Wide tables scroll by themselves, by keyboard too. */
function letTablesScroll(md: MarkdownIt): void {
  md.renderer.rules.table_open = () => '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>\n';
  md.renderer.rules.table_close = () => "</table></div>\n";
}
