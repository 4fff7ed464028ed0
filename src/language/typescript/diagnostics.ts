import type { Diagnostic } from '../../check/report.ts';
import { type ApiDiagnostic, DiagnosticCategory, type Project } from './api.ts';

/**
 * The errors of one file as the compiler reports them: those of syntax alone where there are any, else of
 * types, else of the declarations it would emit.
 */
export async function fileErrors(
  project: Project,
  file: string,
  declaration: boolean,
): Promise<ApiDiagnostic[]> {
  const { program } = project;
  const [syntactic, semantic] = await Promise.all([
    program.getSyntacticDiagnostics(file),
    program.getSemanticDiagnostics(file),
  ]);
  const errors = (found: readonly ApiDiagnostic[]) =>
    found.filter(({ category }) => category === DiagnosticCategory.Error);
  const first = errors(syntactic.length > 0 ? syntactic : semantic);
  if (first.length > 0 || !declaration || /\.d\.[cm]?ts$/.test(file)) return first;
  return errors(await program.getDeclarationDiagnostics(file));
}

export interface Texts {
  /** Text of an absolute path, as the server sees it. */
  readText(file: string): Promise<string | undefined>;
  relative(file: string): string;
}

/** As reports have them: repository-relative, lines and columns, the chain of reasons in the message. */
export async function toDiagnostics(
  found: readonly ApiDiagnostic[],
  file: string,
  texts: Texts,
): Promise<Diagnostic[]> {
  const positions = new Map<string, (offset: number) => Position>();
  const place = async (path: string) => {
    const known = positions.get(path) ?? positionsIn((await texts.readText(path)) ?? '');
    positions.set(path, known);
    return known;
  };
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  for (const one of found) {
    const path = one.fileName ?? file;
    const key = `${path} ${one.pos} ${one.code}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const position = await place(path);
    const end = position(Math.max(one.end, one.pos));
    const related: Diagnostic['related'] = [];
    for (const hint of one.relatedInformation ?? []) {
      if (hint.fileName === undefined) continue;
      const at = (await place(hint.fileName))(hint.pos);
      related.push({ file: texts.relative(hint.fileName), ...at, message: flatten(hint) });
    }
    diagnostics.push({
      file: texts.relative(path),
      ...position(one.pos),
      endLine: end.line,
      endColumn: end.column,
      code: one.code,
      message: flatten(one),
      related,
    });
  }
  return diagnostics;
}

function flatten({ text, messageChain = [] }: ApiDiagnostic, depth = 0): string {
  const lines = [`${'  '.repeat(depth)}${text}`, ...messageChain.map((next) => flatten(next, depth + 1))];
  return lines.join('\n');
}

interface Position {
  line: number;
  column: number;
}

/** 1-based lines and columns of offsets in UTF-16 units. */
export function positionsIn(text: string): (offset: number) => Position {
  const starts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)];
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
