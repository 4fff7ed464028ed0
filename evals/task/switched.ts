import { parse, ts } from '../../src/language/typescript/ast.ts';
import { classNode } from '../../src/language/typescript/classes.ts';
import { functionOf, memberName } from '../../src/language/typescript/members.ts';

/**
 * Many versions of a class in one text: each changed place asks a global which version is meant, so that one process
 * of the runner can try them all, a copy of the test file for each. Built as mutant schemata are.
 */

export interface Variant {
  /** `loosen <=`, `remove statement`, `empty: take` … */
  what: string;
  /** 1-based line of the file. */
  line: number;
}

export interface Switched {
  text: string;
  /** What version n is stands at n - 1; version 0 is the reference. */
  variants: Variant[];
}

/** Versions start at 1; 0 and undefined mean the reference. */
export const SWITCH = 'globalThis.__classwrightVersion';
const STEPS = 'globalThis.__classwrightSteps';
/** Steps of all loops of the class together: more is an endless loop, which no runner could end. */
const MOST_STEPS = 200_000;

/** What stands first in a copy of a test file. */
export const choose = (version: number): string =>
  `${SWITCH.replace('globalThis', '(globalThis as any)')} = ${version};`;

/** A change of one place. `wrap` puts an expression in its place, `guard` runs the statement in other versions alone. */
export type Change = { what: string; node: ts.Node } & (
  | { kind: 'wrap'; text: string }
  | { kind: 'guard' }
  /** A statement that runs first in the body of a function. */
  | { kind: 'first'; text: string }
);

/** Changes with one version each; those of one group share a version. */
export function switchedText(
  text: string,
  fileName: string,
  className: string,
  groups: (found: { file: ts.SourceFile; node: ts.ClassLikeDeclaration }) => Change[][],
): Switched {
  const file = parse(text, fileName);
  const node = classNode(file, className)?.node;
  if (!node) return { text, variants: [] };
  const changes = groups({ file, node });
  const insertions: Insertion[] = [];
  for (const [at, group] of changes.entries())
    for (const change of group) insertions.push(...insertionsOf(file, change, at + 1));
  insertions.push(...loopGuards(node, file));
  return {
    text: `// @ts-nocheck\n${insert(text, insertions)}`,
    variants: changes.map(([first]) => ({
      what: first?.what ?? '',
      line: file.getLineAndCharacterOfPosition(first?.node.getStart(file) ?? 0).line + 1,
    })),
  };
}

interface Insertion {
  at: number;
  text: string;
  /** At one place: what ends there comes first, the innermost before all, then what begins, the outermost first. */
  ends: boolean;
  /** Length of the node: orders what ends or begins at one place. */
  length: number;
}

function insertionsOf(file: ts.SourceFile, change: Change, version: number): Insertion[] {
  const { node } = change;
  const around = (before: string, after: string): Insertion[] => {
    const start = node.getStart(file);
    const length = node.end - start;
    return [
      { at: start, text: before, ends: false, length },
      { at: node.end, text: after, ends: true, length },
    ];
  };
  if (change.kind === 'wrap') return around(`(${SWITCH} === ${version} ? (${change.text}) : (`, '))');
  if (change.kind === 'guard') return around(`{ if (${SWITCH} !== ${version}) { `, ' } }');
  const start = node.getStart(file);
  if (!ts.isBlock(node)) return around(`(${SWITCH} === ${version} ? (() => { ${change.text} })() : (`, '))');
  return [
    { at: start + 1, text: ` if (${SWITCH} === ${version}) { ${change.text} } `, ends: true, length: 0 },
  ];
}

function loopGuards(node: ts.Node, file: ts.SourceFile): Insertion[] {
  const found: Insertion[] = [];
  const visit = (at: ts.Node): void => {
    if (ts.isIterationStatement(at, false)) {
      const { statement } = at;
      const start = statement.getStart(file);
      const guard = `if ((${STEPS} = (${STEPS} ?? 0) + 1) > ${MOST_STEPS}) throw new Error('endless'); `;
      const length = Number.MAX_SAFE_INTEGER;
      found.push({ at: start, text: `{ ${guard}`, ends: false, length });
      found.push({ at: statement.end, text: ' }', ends: true, length });
    }
    ts.forEachChild(at, visit);
  };
  visit(node);
  return found;
}

function insert(text: string, insertions: readonly Insertion[]): string {
  const sorted = insertions
    .map((insertion, order) => ({ ...insertion, order }))
    .sort(
      (a, b) =>
        a.at - b.at ||
        Number(b.ends) - Number(a.ends) ||
        (a.ends ? a.length - b.length || b.order - a.order : b.length - a.length || a.order - b.order),
    );
  let out = '';
  let at = 0;
  for (const one of sorted) {
    out += text.slice(at, one.at) + one.text;
    at = one.at;
  }
  return out + text.slice(at);
}

/** Members that hold code, constructors included; those that do nothing are left out. */
export function bodiesOf(
  node: ts.ClassLikeDeclaration,
): { name: string; body: ts.ConciseBody; type: ts.TypeNode | undefined; isConstructor: boolean }[] {
  return node.members.flatMap((member) => {
    const fn = functionOf(member);
    if (!fn || (ts.isBlock(fn.body) && fn.body.statements.length === 0)) return [];
    // Nothing may stand before the call of super.
    const isConstructor = ts.isConstructorDeclaration(member);
    if (isConstructor && node.heritageClauses?.some((c) => c.token === ts.SyntaxKind.ExtendsKeyword))
      return [];
    return [{ name: memberName(member), body: fn.body, type: fn.type, isConstructor }];
  });
}
