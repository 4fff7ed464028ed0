import { diffArrays } from 'diff';

/** How a file is written, apart from what it says: what a change to it has to keep. */

const BOM = '\uFEFF';

const lineEnding = (text: string): '\r\n' | '\n' => {
  const all = text.split('\n').length - 1;
  const windows = text.split('\r\n').length - 1;
  return windows * 2 > all ? '\r\n' : '\n';
};

/** `'\t'`, or that many spaces; undefined where nothing is indented. */
function indentUnit(lines: readonly string[]): string | undefined {
  let tabs = 0;
  const widths = new Map<number, number>();
  let previous = 0;
  for (const line of lines) {
    // Blank lines and the body of a block comment tell nothing.
    const lead = /^(\t+|(?: {2,}))(?=[^\s*])/.exec(line)?.[1];
    if (lead?.startsWith('\t')) tabs += 1;
    else {
      const width = lead?.length ?? (/^\S/.test(line) ? 0 : previous);
      const step = width - previous;
      if (step > 1) widths.set(step, (widths.get(step) ?? 0) + 1);
      previous = width;
    }
  }
  const [width, count] = [...widths].sort((a, b) => b[1] - a[1])[0] ?? [0, 0];
  if (tabs === 0 && count === 0) return undefined;
  return tabs > count ? '\t' : ' '.repeat(width);
}

/**
 * The candidate text of a file in the style of the original: byte order mark, line endings, final newline and,
 * for the lines that are new, its unit of indentation. The content of template literals is left as it is.
 */
export async function matchStyle(original: string | undefined, candidate: string): Promise<string> {
  const plain = (text: string) => text.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
  const text = plain(candidate);
  if (original === undefined || original.trim() === '') return `${text.replace(/\s*$/, '')}\n`;
  const before = plain(original);
  const indented = await reindent(before, text);
  const ended = /\n$/.test(before) ? `${indented.replace(/\n+$/, '')}\n` : indented.replace(/\n+$/, '');
  const eol = lineEnding(original);
  return (original.startsWith(BOM) ? BOM : '') + (eol === '\n' ? ended : ended.replaceAll('\n', eol));
}

async function reindent(before: string, after: string): Promise<string> {
  const lines = after.split('\n');
  const added: number[] = [];
  let at = 0;
  for (const part of diffArrays(before.split('\n'), lines)) {
    if (part.removed) continue;
    if (part.added) for (let i = 0; i < part.value.length; i++) added.push(at + i);
    at += part.value.length;
  }
  const wanted = indentUnit(before.split('\n'));
  const given = indentUnit(added.map((index) => lines[index] ?? ''));
  if (wanted === undefined || given === undefined || wanted === given) return after;
  const literal = await literalLines(after);
  for (const index of added) {
    if (literal.has(index)) continue;
    lines[index] = (lines[index] ?? '').replace(/^[ \t]+/, (lead) => {
      let levels = 0;
      while (lead.startsWith(given, levels * given.length)) levels += 1;
      return wanted.repeat(levels) + lead.slice(levels * given.length);
    });
  }
  return lines.join('\n');
}

/** Lines (0-based) that begin inside a template literal: their leading blanks are content. */
async function literalLines(text: string): Promise<Set<number>> {
  const { ts } = await import('ts-morph');
  const source = ts.createSourceFile('candidate.tsx', text, ts.ScriptTarget.Latest);
  const found = new Set<number>();
  const visit = (node: import('ts-morph').ts.Node): void => {
    if (
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node) ||
      ts.isNoSubstitutionTemplateLiteral(node)
    ) {
      const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
      const last = source.getLineAndCharacterOfPosition(node.end).line;
      for (let line = first + 1; line <= last; line++) found.add(line);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
