import type { Outcome } from '../run/schema.ts';
import { isClass } from './metrics.ts';
import type { TaskSamples } from './run-data.ts';

/** Why a scored sample does not solve its task, first cause that holds. */
export const CAUSES = [
  { id: 'nothing', name: 'nothing submitted', definition: 'The run ended without a class.' },
  {
    id: 'parse',
    name: 'not the class asked for',
    definition: 'It does not parse, or is not the class asked for.',
  },
  { id: 'types', name: 'compile errors', definition: 'The repository’s own compiler reports new errors.' },
  {
    id: 'visible',
    name: 'visible tests fail',
    definition: 'It compiles, but tests that the loop could run fail.',
  },
  {
    id: 'held-out',
    name: 'only held-out tests fail',
    definition: 'It compiles and every visible test passes, but held-out tests fail.',
  },
] as const;
export type CauseId = (typeof CAUSES)[number]['id'];

/** Undefined where the sample solves its task. */
export function causeOf({ final }: Outcome): CauseId | undefined {
  if (!isClass(final)) return 'nothing';
  if (final.solved) return undefined;
  if (!final.compiles) return final.level === 'parse' ? 'parse' : 'types';
  return final.visible !== undefined && final.visible.passed < final.visible.total ? 'visible' : 'held-out';
}

export interface Tally<Key> {
  key: Key;
  count: number;
}

/** Failed samples by cause, in the order of `CAUSES`, and the diagnostic codes of their final classes, most frequent first. */
export function failuresOf(tasks: readonly TaskSamples[]): {
  causes: Tally<CauseId>[];
  codes: Tally<number>[];
} {
  const failed = tasks.flatMap(({ scored }) => scored).filter(({ final }) => final?.solved !== true);
  const byCause = Map.groupBy(failed, causeOf);
  const codes = Map.groupBy(
    failed.flatMap(({ final }) => final?.codes ?? []),
    (code) => code,
  );
  return {
    causes: CAUSES.map(({ id }) => ({ key: id, count: byCause.get(id)?.length ?? 0 })),
    codes: [...codes]
      .map(([key, { length }]) => ({ key, count: length }))
      .sort((a, b) => b.count - a.count || a.key - b.key),
  };
}
