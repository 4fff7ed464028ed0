import { reportOf } from '../../../evals/report/report.ts';
import type { Flags } from '../flags.ts';
import { openResults, present, summaryOptions } from './results.ts';

/** `classwright eval report`: what a run showed, as one HTML file. */
export async function evalReport(run: string, flags: Flags): Promise<number> {
  const results = await openResults(run, flags);
  return await present(reportOf(results.run, summaryOptions(flags)), [results], flags, results.htmlFile);
}
