import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ClasswrightError } from '../../src/errors.ts';
import type { Repository } from '../../src/repository/repository.ts';
import { randomFrom } from '../score/random.ts';
import { acceptTask } from '../task/accept.ts';
import type { EvalTask, Source } from '../task/schema.ts';
import { type Candidate, findCandidates, type Passed } from './candidates.ts';
import { checkDescriptions, type Describe } from './describe.ts';
import { draftTask } from './draft.ts';

export interface MineOptions {
  repository: Repository;
  source: Source;
  describe: Describe;
  /** Most candidates that are tried. */
  limit: number;
  /** Decides which candidates are tried, and how tests are split. */
  seed: number;
  /** Absolute folder for prepared repositories. */
  folder: string;
  sandbox: 'bubblewrap' | 'none';
  /** Acceptance without mutants; such a task carries no record of it. */
  fast?: boolean;
  signal?: AbortSignal;
  onStep?: (step: string) => void;
}

export interface Mined {
  candidate: Candidate;
  /** Set where the task is accepted. */
  task: EvalTask | undefined;
  /** Why it is not. */
  refused: string[];
}

/** The candidates that a seed draws, in its order, and what is no candidate. */
export async function drawCandidates(
  repository: Repository,
  { limit, seed, signal }: Pick<MineOptions, 'limit' | 'seed' | 'signal'>,
): Promise<{ drawn: Candidate[]; found: number; passed: Passed[] }> {
  const { candidates, passed } = await findCandidates(repository, signal);
  const random = randomFrom('draw', seed);
  const drawn = candidates
    .map((candidate) => ({ candidate, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
  return { drawn, found: candidates.length, passed };
}

/** Makes a task of one candidate: splits its tests, describes it, and has it accepted. */
export async function mineOne(candidate: Candidate, options: MineOptions): Promise<Mined> {
  const { repository, source, describe, seed, sandbox, fast = false, signal, onStep = () => {} } = options;
  const { file, className } = candidate;
  const folder = join(options.folder, `${className}-${process.pid}`);
  const shared = { folder, sandbox, ...(signal ? { signal } : {}) };
  try {
    onStep('running its tests with and without it');
    await mkdir(folder, { recursive: true });
    const draft = await draftTask(candidate, { ...shared, source, name: basename(repository.root), seed });
    if (typeof draft === 'string') return { candidate, task: undefined, refused: [draft] };
    onStep('describing');
    const given = { className, file, fileText: await readFile(join(repository.root, file), 'utf8') };
    const descriptions = await describe(given, signal);
    checkDescriptions(given, descriptions);
    const task: EvalTask = { ...draft, descriptions };
    await mkdir(folder, { recursive: true });
    const report = await acceptTask(task, { ...shared, fast, onStep });
    if (!report.accepted) return { candidate, task: undefined, refused: report.refused };
    const { acceptance } = report;
    return { candidate, task: acceptance ? { ...task, acceptance } : task, refused: [] };
  } catch (error) {
    // A class that leaks or cannot be prepared makes no task; the others are tried all the same.
    if (!(error instanceof ClasswrightError) || error.kind === 'model' || error.code === 'no-sandbox')
      throw error;
    signal?.throwIfAborted();
    return { candidate, task: undefined, refused: [error.message] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
