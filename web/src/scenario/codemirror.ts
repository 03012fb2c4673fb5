// The YAML editor. It lives in a shadow root, where its styles are constructed and not written into the page: the page's
// Content-Security-Policy forbids that.

import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml as yamlLanguage } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Text } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { CheckedScenario } from "../protocol.js";
import { complete } from "./completion.js";

type Problem = CheckedScenario["problems"][number];

export interface Editor {
  setText(text: string): void;
  setProblems(problems: Problem[]): void;
  /** The cursor goes there. */
  goTo(line: number, column: number): void;
  close(): void;
}

interface EditorOptions {
  parent: HTMLElement;
  text: string;
  /** Accessible name. */
  label: string;
  onText: (text: string) => void;
}

export function openEditor({ parent, text, label, onText }: EditorOptions): Editor {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({ doc: text, extensions: [extensions(label), whenTyped(onText)] }),
  });
  return {
    setText: (wanted) => replace(view, wanted),
    setProblems: (problems) =>
      view.dispatch(setDiagnostics(view.state, problems.flatMap(toDiagnostic(view.state.doc)))),
    goTo(line, column) {
      const at = offset(view.state.doc, line, column);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

const extensions = (label: string) => [
  lineNumbers(),
  lintGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  search({ top: true }),
  autocompletion({ override: [complete], icons: false }),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
  EditorView.domEventHandlers({ beforeinput: overwrite }),
  keymap.of([...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]), // no Tab: it leaves the editor
  yamlLanguage(),
  syntaxHighlighting(COLOURS),
  THEME,
];

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--series-1)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.string, tags.content, tags.number, tags.bool, tags.null], color: "var(--ink)" },
  { tag: [tags.keyword, tags.labelName, tags.typeName], color: "var(--series-4)" },
  { tag: [tags.punctuation, tags.separator, tags.bracket, tags.squareBracket, tags.brace], color: "var(--muted)" },
  { tag: tags.invalid, color: "var(--wrong)" },
]);

const THEME = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--field)", fontSize: "12.5px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--muted)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--wash-faint)" },
  ".cm-activeLineGutter": { color: "var(--ink)" },
  ".cm-selectionMatch": { backgroundColor: "var(--wash)" },
  ".cm-gutter-lint": { width: "14px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "3px 2px" },
  ".cm-lint-marker": { width: "9px", height: "9px" },
  ".cm-lint-marker-error": { content: "none", borderRadius: "50%", backgroundColor: "var(--wrong)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--wrong)",
    textUnderlineOffset: "3px",
  },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--edge)" },
  ".cm-diagnostic": { fontFamily: "var(--sans)", maxWidth: "60ch", borderLeftColor: "var(--wrong)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--accent-ink)",
  },
  ".cm-completionDetail": { color: "inherit", fontStyle: "normal", opacity: "0.85" },
  ".cm-completionInfo": { fontFamily: "var(--sans)", maxWidth: "40ch" },
  ".cm-panels": { backgroundColor: "var(--panel)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-textfield": { backgroundColor: "var(--field)", borderColor: "var(--edge)" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--field)", borderColor: "var(--edge)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--wash)" },
});

/** What is typed over a selection: left to the browser, it would be given an inline style, which the page's policy forbids. */
function overwrite({ inputType, data }: InputEvent, view: EditorView): boolean {
  if (inputType !== "insertText" || data === null || view.composing || view.state.selection.main.empty) return false;
  view.dispatch(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}

function whenTyped(onText: (text: string) => void) {
  return EditorView.updateListener.of((update) => {
    if (update.docChanged) onText(update.state.doc.toString());
  });
}

/** Only what differs, so that cursor, undo and marks stay where they were. */
function replace(view: EditorView, wanted: string): void {
  const text = view.state.doc.toString();
  if (text === wanted) return;
  const least = Math.min(text.length, wanted.length);
  let from = 0;
  while (from < least && text[from] === wanted[from]) from++;
  let same = 0;
  while (same < least - from && text[text.length - 1 - same] === wanted[wanted.length - 1 - same]) same++;
  view.dispatch({ changes: { from, to: text.length - same, insert: wanted.slice(from, wanted.length - same) } });
}

const toDiagnostic =
  (doc: Text) =>
  (problem: Problem): Diagnostic[] => {
    const from = offset(doc, problem.line ?? 1, problem.column ?? 1);
    const { to: end, text, from: start } = doc.lineAt(from);
    const word = /^[^\s,:{}[\]]+/.exec(text.slice(from - start))?.[0].length ?? 0;
    const to = Math.min(end, from + Math.max(1, word));
    const where = problem.field === "" ? "" : `${problem.field}: `;
    const hint = problem.hint === undefined ? "" : `; did you mean ${problem.hint}?`;
    return [{ from, to, severity: "error", message: `${where}${problem.message}${hint}` }];
  };

function offset(doc: Text, line: number, column: number): number {
  const at = doc.line(Math.min(Math.max(1, line), doc.lines));
  return Math.min(at.to, at.from + Math.max(0, column - 1));
}
