import { Project, ts } from 'ts-morph';
import { randomFrom } from '../../score/random.ts';
import type { Perturb } from '../../task/prepare.ts';
import { applyEdits, type Edit, isCode, leaves, parse } from './syntax.ts';

/** Lays every file out anew, by the seed: indentation, quotes, semicolons, spaces in braces. */
export const format: Perturb = ({ task, files, perturbation }) => {
  const random = randomFrom(perturbation.seed);
  const flip = () => random() < 0.5;
  const settings: ts.FormatCodeSettings = {
    indentSize: 4,
    tabSize: 4,
    convertTabsToSpaces: flip(),
    insertSpaceAfterOpeningAndBeforeClosingNonemptyBraces: flip(),
    semicolons: flip() ? ts.SemicolonPreference.Remove : ts.SemicolonPreference.Insert,
    placeOpenBraceOnNewLineForFunctions: flip(),
  };
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { allowJs: false } });
  const changed = new Map<string, string>();
  for (const [file, text] of files) {
    if (!isCode(file)) continue;
    const source = project.createSourceFile(`/${file}`, otherQuotes(file, text), { overwrite: true });
    source.formatText(settings);
    const after = source.getFullText();
    project.removeSourceFile(source);
    if (after !== text) changed.set(file, after);
  }
  return { task, changed };
};

function otherQuotes(file: string, text: string): string {
  const tree = parse(file, text);
  const edits: Edit[] = [];
  for (const leaf of leaves(tree, tree)) {
    if (!ts.isStringLiteral(leaf) || ts.isJsxAttribute(leaf.parent)) continue;
    const start = leaf.getStart(tree, false);
    const inner = text.slice(start + 1, leaf.end - 1);
    if (/['"\\]/.test(inner)) continue;
    const quote = text[start] === '"' ? "'" : '"';
    edits.push({ start, end: leaf.end, text: quote + inner + quote });
  }
  return applyEdits(text, edits);
}
