// The package's types: each entry's declarations in one file of their own, without what they are inferred from (zod is bundled, not
// installed). Reads and overwrites the entries that tsc wrote: node .ci/packaging/types.js

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const DIST = join(ROOT, "dist") + sep;
const OPTIONS = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ["node"],
  strict: true,
  noEmit: true,
};
const WHOLE =
  ts.NodeBuilderFlags.NoTruncation | ts.NodeBuilderFlags.InTypeAlias | ts.NodeBuilderFlags.MultilineObjectLiterals;

const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const entries = Object.values(exports)
  .filter((target) => target.types !== undefined)
  .map((target) => join(ROOT, target.types));
const program = ts.createProgram(entries, { ...OPTIONS, skipLibCheck: true });
const checker = program.getTypeChecker();
const bundled = entries.map((entry) => [entry, bundle(entry)]);
for (const [entry, text] of bundled) writeFileSync(entry, text);
checkAlone(entries);

function bundle(entry) {
  const exported = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)))
    .map((symbol) => ({ name: symbol.name, target: unaliased(symbol) }));
  const names = new Map();
  const taken = new Set();
  const queue = [];
  const nameOf = (symbol) => {
    if (!names.has(symbol)) {
      names.set(symbol, freeName(symbol.name, taken));
      queue.push(symbol);
    }
    return names.get(symbol);
  };
  for (const { target } of exported) nameOf(target);
  const statements = [];
  for (let symbol = queue.shift(); symbol !== undefined; symbol = queue.shift())
    for (const declaration of symbol.declarations) statements.push(written(declaration, names.get(symbol), nameOf));
  const list = exported.map(({ name, target }) =>
    names.get(target) === name ? name : `${names.get(target)} as ${name}`,
  );
  return `${statements.join("\n\n")}\n\nexport { ${list.join(", ")} };\n`;
}

function unaliased(symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function freeName(name, taken) {
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name}${i}`;
  taken.add(free);
  return free;
}

/** One declaration as a statement of the entry's file. */
function written(declaration, name, nameOf) {
  if (ts.isTypeAliasDeclaration(declaration) && mentionsZod(declaration)) return spelledOut(declaration, name);
  const doc = ts
    .getJSDocCommentsAndTags(declaration)
    .filter(ts.isJSDoc)
    .map((one) => `${one.getText()}\n`);
  if (ts.isVariableDeclaration(declaration)) return `${doc.join("")}declare const ${renamed(declaration, nameOf)};`;
  const text = renamed(declaration, nameOf).replace(/^(export |default |declare )+/, "");
  const isType = ts.isTypeAliasDeclaration(declaration) || ts.isInterfaceDeclaration(declaration);
  return `${doc.join("")}${isType ? "" : "declare "}${text}`;
}

/** A type that is inferred from a schema, member by member. */
function spelledOut(declaration, name) {
  if (declaration.typeParameters) throw new Error(`${name}: a generic type by way of zod`);
  const node = checker.typeToTypeNode(checker.getTypeAtLocation(declaration), undefined, WHOLE);
  const text = ts.createPrinter().printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile());
  return `type ${name} = ${text};`;
}

/** A declaration's text, with the names that other declarations have in the entry's file. */
function renamed(declaration, nameOf) {
  const start = declaration.getStart();
  const edits = [];
  const visit = (node) => {
    const reference = ts.isImportTypeNode(node) ? node.qualifier && lastOf(node.qualifier) : node;
    const symbol = reference && ts.isIdentifier(reference) ? checker.getSymbolAtLocation(reference) : undefined;
    const target = symbol && unaliased(symbol);
    if (target !== undefined && isTopLevel(target)) {
      const file = target.declarations[0].getSourceFile().fileName;
      if (isZod(target)) throw new Error(`${declaration.name.getText()}: needs a type of zod`);
      if (file.startsWith(DIST)) {
        const end = ts.isImportTypeNode(node) ? node.qualifier.end : node.end;
        edits.push([node.getStart(), end, nameOf(target)]);
      } else if (symbol !== target) throw new Error(`${declaration.name.getText()}: needs ${target.name} of ${file}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  let text = declaration.getText();
  for (const [from, to, by] of edits.reverse()) text = text.slice(0, from - start) + by + text.slice(to - start);
  return text;
}

function lastOf(qualifier) {
  return ts.isQualifiedName(qualifier) ? qualifier.right : qualifier;
}

function isTopLevel(symbol) {
  const declaration = symbol.declarations?.[0];
  if (declaration === undefined) return false;
  const holder = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return holder.parent !== undefined && ts.isSourceFile(holder.parent);
}

function mentionsZod(node) {
  const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
  return (
    (symbol !== undefined && isZod(unaliased(symbol))) ||
    ts.forEachChild(node, (child) => mentionsZod(child) || undefined) === true
  );
}

function isZod(symbol) {
  return symbol.declarations?.[0]?.getSourceFile().fileName.includes("/node_modules/zod/") === true;
}

/** The files as whoever installs the package meets them: nothing missing, nothing from elsewhere. */
function checkAlone(files) {
  const alone = ts.createProgram(files, OPTIONS);
  const wrong = files
    .map((file) => alone.getSourceFile(file))
    .flatMap((file) => [...alone.getSyntacticDiagnostics(file), ...alone.getSemanticDiagnostics(file)]);
  if (wrong.length > 0) throw new Error(ts.formatDiagnostics(wrong, ts.createCompilerHost(OPTIONS)));
}
