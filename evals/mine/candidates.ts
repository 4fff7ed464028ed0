import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModuleGraph } from '../../src/language/typescript/module-graph.ts';
import { findClasses, normalisedLines } from '../../src/language/typescript/syntax.ts';
import { listFiles, packageOf, type Repository } from '../../src/repository/repository.ts';
import { type ClassFacts, classFacts, copiedShare } from '../task/class-facts.ts';
import { isOwnModule } from '../task/score.ts';
import { isTestFile } from '../task/test-file.ts';

/** What a class has to be to make a task. */
export const LIMITS = {
  /** Non-blank lines. */
  lines: { least: 25, most: 600 },
  /** Public members, the constructor included. */
  leastMembers: 3,
  /** Names of other files of the repository that it uses. */
  leastSymbols: 1,
} as const;

/** Share of its lines that another class has: above it, that class tells the answer. */
const CLONE = 0.5;

export interface Candidate {
  file: string;
  className: string;
  packageDir: string;
  facts: ClassFacts;
  /** Test files whose imports lead to it, nearest first, with how many files are on the way. */
  tests: { file: string; distance: number }[];
  /** Classes that have half of its lines or more, as `file: name`. They stay where they are. */
  clones: string[];
}

export interface Passed {
  file: string;
  className: string;
  /** Why it makes no task. */
  reason: string;
}

export interface Found {
  candidates: Candidate[];
  passed: Passed[];
}

/** Exported classes outside tests that are worth a task, by file and name, and those that are not with the reason. */
export async function findCandidates(repository: Repository, signal?: AbortSignal): Promise<Found> {
  const files = await listFiles(repository);
  const read = (file: string) => readFileSync(join(repository.root, file), 'utf8');
  const code = files.filter((file) => /\.[cm]?tsx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file));
  const texts = new Map(code.flatMap((file) => (/\bclass\b/.test(read(file)) ? [[file, read(file)]] : [])));
  // Tests of types run nothing.
  const tests = files.filter((file) => /(?<!-d)\.[cm]?[jt]sx?$/.test(file) && isTestFile(file, read(file)));
  const isTest = new Set(tests);
  const classes = [...texts].flatMap(([file, text]) =>
    isTest.has(file) ? [] : findClasses(text, file).map((found) => ({ file, text, found })),
  );
  const bodies = classes.map(({ file, text, found }) => ({
    name: `${file}: ${found.name}`,
    text: text.slice(found.start, found.end),
  }));
  const candidates: Candidate[] = [];
  const passed: Passed[] = [];
  for (const [at, { file, text, found }] of classes.entries()) {
    signal?.throwIfAborted();
    if (!found.exported) continue;
    const className = found.name;
    const facts = classFacts(text, file, className, isOwnModule({ repository }));
    const reason = facts === undefined ? 'it has no name' : tooSmall(facts);
    if (reason !== undefined || facts === undefined) {
      passed.push({ file, className, reason: reason ?? '' });
      continue;
    }
    const graph = await openModuleGraph({
      root: repository.root,
      packages: repository.packages,
      files,
      target: { file, className },
      ...(signal ? { signal } : {}),
    });
    const covering = tests
      .flatMap((test) => {
        const reach = graph.reach(test);
        return reach.kind === 'covers' ? [{ file: test, distance: reach.distance }] : [];
      })
      .sort((a, b) => a.distance - b.distance || (a.file < b.file ? -1 : 1));
    if (covering.length === 0) {
      passed.push({ file, className, reason: 'no test runs it' });
      continue;
    }
    const own = bodies[at]?.text ?? '';
    candidates.push({
      file,
      className,
      packageDir: packageOf(repository, file)?.dir ?? '',
      facts,
      tests: covering,
      clones: bodies
        .filter((other, index) => index !== at && isClone(own, other.text))
        .map(({ name }) => name),
    });
  }
  return { candidates: candidates.sort(byPlace), passed: passed.sort(byPlace) };
}

const byPlace = (a: Passed | Candidate, b: Passed | Candidate): number =>
  `${a.file} ${a.className}` < `${b.file} ${b.className}` ? -1 : 1;

function tooSmall({ lines, members, symbols }: ClassFacts): string | undefined {
  if (lines < LIMITS.lines.least) return `it has ${lines} lines, fewer than ${LIMITS.lines.least}`;
  if (lines > LIMITS.lines.most) return `it has ${lines} lines, more than ${LIMITS.lines.most}`;
  if (members < LIMITS.leastMembers)
    return `it has ${members} public members, fewer than ${LIMITS.leastMembers}`;
  if (symbols.length < LIMITS.leastSymbols) return 'it uses nothing of other files';
  return undefined;
}

const isClone = (own: string, other: string): boolean =>
  normalisedLines(own).length >= 10 && copiedShare(own, other) >= CLONE;
