import { dirname, join } from 'node:path';
import { comparisonOf } from '../../../evals/report/report.ts';
import type { Flags } from '../flags.ts';
import { openResults, present, summaryOptions } from './results.ts';

/** `classwright eval compare`: two runs side by side, tested on the tasks that both have. */
export async function evalCompare(first: string, second: string, flags: Flags): Promise<number> {
  const results = await Promise.all([openResults(first, flags), openResults(second, flags)]);
  const [a, b] = results;
  const report = comparisonOf(a.run, b.run, summaryOptions(flags));
  const file = join(dirname(b.htmlFile), `compared-with-${fileName(a.run.plan.id)}.html`);
  return await present(report, results, flags, file);
}

const fileName = (id: string): string => id.replaceAll(/[^a-zA-Z0-9._-]/g, '_').slice(0, 80);
