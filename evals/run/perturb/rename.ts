import { ts } from 'ts-morph';
import { randomFrom } from '../../score/random.ts';
import type { Perturb } from '../../task/prepare.ts';
import { applyEdits, type Edit, isCode, leaves, parse } from './syntax.ts';

/** What a name gets behind it; says nothing about what the thing is. */
const ENDINGS = ['Unit', 'Item', 'Part', 'Base', 'Model', 'Entry', 'Kind', 'Piece'];

/**
 * Renames the class and the declarations that it uses, in every file at once: as identifiers, in comments and in the
 * descriptions, never in strings. A name that two things share is renamed for both, so the meaning stays.
 */
export const rename: Perturb = ({ task, files, perturbation }) => {
  const code = [...files].filter(([file]) => isCode(file));
  const taken = new Set(code.flatMap(([, text]) => text.match(/[A-Za-z_$][\w$]*/g) ?? []));
  const random = randomFrom(perturbation.seed);
  const names = new Map<string, string>();
  for (const name of new Set([task.className, ...task.reference.symbols])) {
    // A member of a namespace is renamed by nobody: its name alone is not its own.
    if (!/^[A-Za-z_$][\w$]*$/.test(name) || !taken.has(name)) continue;
    const fresh = freshName(name, random, taken);
    taken.add(fresh);
    names.set(name, fresh);
  }
  const word = new RegExp(`(?<![\\w$])(?:${[...names.keys()].map(quoted).join('|')})(?![\\w$])`, 'g');
  const renamed = (text: string) => text.replace(word, (name) => names.get(name) ?? name);
  const changed = new Map<string, string>();
  for (const [file, text] of code) {
    const after = renameIn(file, text, names, renamed);
    if (after !== text) changed.set(file, after);
  }
  const { detailed, sketchy } = task.descriptions;
  return {
    changed,
    task: {
      ...task,
      className: names.get(task.className) ?? task.className,
      descriptions: {
        detailed: { ...detailed, text: renamed(detailed.text) },
        sketchy: { ...sketchy, text: renamed(sketchy.text) },
      },
      reference: {
        ...task.reference,
        symbols: task.reference.symbols.map((name) => names.get(name) ?? name),
      },
    },
  };
};

const quoted = (text: string) => text.replaceAll('$', '\\$');

function freshName(name: string, random: () => number, taken: ReadonlySet<string>): string {
  const start = Math.floor(random() * ENDINGS.length);
  for (let at = 0; ; at++) {
    const ending = ENDINGS[(start + at) % ENDINGS.length] ?? '';
    const isConstant = /^[A-Z0-9_$]+$/.test(name) && name.length > 1;
    const fresh = isConstant ? `${name}_${ending.toUpperCase()}` : `${name}${ending}`;
    const spare = at < ENDINGS.length ? fresh : `${fresh}${at}`;
    if (!taken.has(spare)) return spare;
  }
}

function renameIn(
  file: string,
  text: string,
  names: ReadonlyMap<string, string>,
  renamed: (text: string) => string,
): string {
  const tree = parse(file, text);
  const edits: Edit[] = [];
  for (const leaf of leaves(tree, tree)) {
    const start = leaf.getStart(tree, false);
    const before = text.slice(leaf.getFullStart(), start);
    const comment = renamed(before);
    if (comment !== before) edits.push({ start: leaf.getFullStart(), end: start, text: comment });
    const fresh = ts.isIdentifier(leaf) ? names.get(leaf.text) : undefined;
    if (fresh !== undefined) edits.push({ start, end: leaf.end, text: fresh });
  }
  return applyEdits(text, edits);
}
