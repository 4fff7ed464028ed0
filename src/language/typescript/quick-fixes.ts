import { z } from 'zod';
import type { Diagnostic } from '../../check/report.ts';
import { fileUri } from '../client.ts';
import type { QuickFix } from '../language.ts';
import type { TypeScriptServer } from './server.ts';

const Position = z.object({ line: z.number(), character: z.number() });
const TextEdit = z.object({ range: z.object({ start: Position, end: Position }), newText: z.string() });
type TextEdit = z.infer<typeof TextEdit>;
const WorkspaceEdit = z.object({
  changes: z.record(z.string(), z.array(TextEdit)).nullish(),
  documentChanges: z
    .array(z.object({ textDocument: z.object({ uri: z.string() }), edits: z.array(TextEdit) }))
    .nullish(),
});
const CodeAction = z.looseObject({ title: z.string(), edit: WorkspaceEdit.nullish() });
type CodeAction = z.infer<typeof CodeAction>;

/** The server's quick fixes for a diagnostic, each as the whole new text; fixes that touch other files are left out. */
export async function quickFixes(
  server: TypeScriptServer,
  file: string,
  text: string,
  diagnostic: Diagnostic,
): Promise<QuickFix[]> {
  const range = {
    start: { line: diagnostic.line - 1, character: diagnostic.column - 1 },
    end: { line: diagnostic.endLine - 1, character: diagnostic.endColumn - 1 },
  };
  const answer = await server.request('textDocument/codeAction', {
    textDocument: { uri: fileUri(file) },
    range,
    context: {
      diagnostics: [{ range, code: diagnostic.code, message: diagnostic.message, severity: 1, source: 'ts' }],
      only: ['quickfix'],
    },
  });
  const actions = z.array(z.unknown()).nullable().parse(answer) ?? [];
  const fixes: QuickFix[] = [];
  for (const action of actions) {
    // A bare command has no edit to apply.
    const parsed = CodeAction.safeParse(action);
    if (!parsed.success) continue;
    const edits = editsOf(await resolved(server, parsed.data));
    const own = edits.get(fileUri(file));
    if (own && edits.size === 1) fixes.push({ title: parsed.data.title, text: applyEdits(text, own) });
  }
  return fixes;
}

async function resolved(server: TypeScriptServer, action: CodeAction): Promise<CodeAction> {
  if (action.edit || action.data === undefined) return action;
  return CodeAction.parse(await server.request('codeAction/resolve', action));
}

function editsOf({ edit }: CodeAction): Map<string, TextEdit[]> {
  const edits = new Map<string, TextEdit[]>(Object.entries(edit?.changes ?? {}));
  for (const { textDocument, edits: more } of edit?.documentChanges ?? [])
    edits.set(textDocument.uri, [...(edits.get(textDocument.uri) ?? []), ...more]);
  return edits;
}

/** Applies edits that do not overlap, the last in the text first. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)];
  const offset = ({ line, character }: z.infer<typeof Position>) => (starts[line] ?? text.length) + character;
  const placed = edits.map((edit, index) => ({
    index,
    start: offset(edit.range.start),
    end: offset(edit.range.end),
    newText: edit.newText,
  }));
  // Insertions at one place keep the order in which they were given.
  placed.sort((a, b) => b.start - a.start || b.index - a.index);
  return placed.reduce(
    (result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end),
    text,
  );
}
