// What a module of the package exports, read from its declarations.

import ts from "typescript";

export interface Declared {
  name: string;
  kind: "function" | "class" | "constant" | "type";
  /** Its comment; empty where there is none. */
  told: string;
  /** As in the declaration file, without comment and body. */
  text: string;
  /** Of an interface. */
  fields: Field[];
}

export interface Field {
  name: string;
  type: string;
  optional: boolean;
  told: string;
}

/** `entry`: a .d.ts file. In the order of its exports. */
export function declarationsOf(entry: string): Declared[] {
  const program = ts.createProgram([entry], { noLib: true, noResolve: true, types: [] }); // the file alone: milliseconds
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} is no module`);
  return checker.getExportsOfModule(module).flatMap((symbol) => declared(checker, symbol));
}

function declared(checker: ts.TypeChecker, exported: ts.Symbol): Declared[] {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const nodes = symbol.declarations ?? [];
  const [first] = nodes;
  if (first === undefined) return [];
  return [
    {
      name: exported.name,
      kind: kindOf(first),
      told: ts.displayPartsToString(symbol.getDocumentationComment(checker)) + thrown(symbol),
      text: nodes.map(textOf).join("\n"),
      fields: ts.isInterfaceDeclaration(first) ? first.members.flatMap((member) => fieldOf(member)) : [],
    },
  ];
}

function kindOf(node: ts.Declaration): Declared["kind"] {
  if (ts.isFunctionDeclaration(node)) return "function";
  if (ts.isClassDeclaration(node)) return "class";
  return ts.isVariableDeclaration(node) ? "constant" : "type";
}

function thrown(symbol: ts.Symbol): string {
  const tags = symbol.getJsDocTags().filter(({ name }) => name === "throws" || name === "throw");
  return tags.map(({ text }) => ` Throws ${ts.displayPartsToString(text)}`).join("");
}

/** Four spaces become two; export and declare go without saying. */
function textOf(node: ts.Declaration): string {
  const whole = ts.isVariableDeclaration(node) ? `const ${node.getText()};` : node.getText();
  return whole
    .replace(/^export /, "")
    .replace(/^declare /, "")
    .replaceAll(/^(?: {4})+/gm, (indent) => indent.slice(indent.length / 2));
}

function fieldOf(member: ts.TypeElement): Field[] {
  if (!ts.isPropertySignature(member) || member.type === undefined) return [];
  const comments = ts.getJSDocCommentsAndTags(member).map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "");
  return [
    {
      name: member.name.getText(),
      type: member.type.getText().replaceAll(/\s+/g, " "),
      optional: member.questionToken !== undefined,
      told: comments.join(" "),
    },
  ];
}
