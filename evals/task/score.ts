import { checksError } from '../../src/errors.ts';
import type { Prepared } from './prepare.ts';

export interface ScoreOptions {
  sandbox: 'bubblewrap' | 'none';
  /** Of one run of the held-out tests; 120 s unless given. */
  testTimeoutMs?: number;
  signal?: AbortSignal;
}

/** What scoring decides about one text of the target file. */
export interface ClassScore {
  /** The repository's own compiler finds nothing that it does not find with the reference. */
  compiles: boolean;
  /** Codes of what it finds, one each time. */
  codes: number[];
  /** Denominators are the task's; a test that is missing has failed. */
  heldOut: { passed: number; total: number; failed: string[] };
  /** Compiles, and every held-out test passed. */
  solved: boolean;
  /** What made the run of the tests worthless: early exit, hang, changed tests, changed assertion library. */
  problems: string[];
  /** Share of the reference's normalised lines that the class has, 0 to 1. */
  copied: number;
  /** At least 90 % of a reference of at least 20 lines: counted apart, never solved. */
  disqualified: string | undefined;
  anys: number;
  ignores: number;
  lintFindings: number;
  symbols: string[];
  /** Set where nothing could be judged, and that is not the class's fault. */
  infrastructure: string | undefined;
}

/** Scores one text of the target file in a fresh copy with the held-out tests restored. Aborts reject. */
export async function scoreClass(
  prepared: Prepared,
  _fileText: string,
  _options: ScoreOptions,
): Promise<ClassScore> {
  throw checksError('not-built', `${prepared.task.id} cannot be scored yet.`);
}
