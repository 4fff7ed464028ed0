import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NotChecked } from '../check/not-checked.ts';
import type { Diagnostic } from '../check/report.ts';
import type { TestFiles } from '../check/test-files.ts';
import type { TestGroup } from '../check/tests.ts';
import type { ExplainContext } from '../explain/explain.ts';
import type { LateDependent } from '../language/language.ts';
import type { TypeScriptSession } from '../language/typescript/session.ts';
import type { CoveringTest } from '../loop/events.ts';
import type { Task } from '../loop/task.ts';
import { isWithout } from '../loop/without.ts';
import type { Repository } from '../repository/repository.ts';
import type { WorkingCopy } from '../sandbox/sandbox.ts';
import type { Search } from '../search.ts';

/** Everything a run holds open once it has understood the repository: what retrieval, tools and checks stand on. */
export interface Ground {
  task: Task;
  repository: Repository;
  /** Text of the target file when the run began; undefined where there was none. */
  original: string | undefined;
  originalHash: string | undefined;
  /** Text of the target file as the run sees it now. */
  candidate: string | undefined;
  language: TypeScriptSession;
  search: Search;
  copy: WorkingCopy;
  /** Absolute folders that no program of the run may see. */
  hidden: readonly string[];
  coveringTests: CoveringTest[];
  /** The covering tests by the runner that runs them; empty under `--require types`. */
  groups: TestGroup[];
  /** Texts of the covering tests and their snapshots when the run began. */
  testFiles: TestFiles;
  /** Tests in each covering file, counted by syntax. */
  expectedTests: Record<string, number>;
  /** For one run of the covering tests. */
  testTimeoutMs: number;
  /** Packages that the target may import: declared ones, its own name and what the workspace links. */
  allowedPackages: string[];
  /** Patterns of tsconfig `paths` and folders under `baseUrl`. */
  pathPatterns: string[];
  /** Files beside the target, for their style. */
  siblings: { text: string; fileName: string }[];
  /** Dependents that are type-checked in the overlay, nearest first. */
  dependents: string[];
  /** Every file whose imports lead to the class, nearest first, those of the own package before others. */
  users: string[];
  /** Dependents that are checked once, with the verdict. */
  late: LateDependent[];
  /** Dependents that no check reaches. */
  notChecked: NotChecked[];
  /** Another server on the same target, which the caller closes. */
  openAnother(): Promise<TypeScriptSession>;
  /** Errors that were there before, by file; those that the missing class causes are goals, not baseline. */
  baseline: Map<string, Diagnostic[]>;
  goals: Diagnostic[];
  isWithheld(file: string): boolean;
  /** Whether a file's imports lead to the class, however far away. */
  isDependent(file: string): boolean;
  /** Files of the repository, none that git ignores. */
  files: string[];
  /** Ends the language server and the runner, and removes the working copy. */
  close(): Promise<void>;
}

/** A repository file as the run sees it: the candidate in place of the target. */
export function readGround(
  ground: Pick<Ground, 'task' | 'repository' | 'candidate'>,
  file: string,
): string | undefined {
  if (file === ground.task.file) return ground.candidate;
  try {
    return readFileSync(join(ground.repository.root, file), 'utf8');
  } catch {
    return undefined;
  }
}

export const explainContext = (ground: Ground): ExplainContext => ({
  language: ground.language,
  read: (file) => readGround(ground, file),
  isWithheld: ground.isWithheld,
  className: ground.task.className,
  targetFile: ground.task.file,
  bare: isWithout(ground.task, 'explain'),
});
