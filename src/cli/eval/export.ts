import { EXIT } from '../../errors.ts';
import { type Flags, textOf } from '../flags.ts';
import { exported, openResults, put } from './results.ts';

/** `classwright eval export`: a run as JSON lines, on standard output or in a file. */
export async function evalExport(run: string, flags: Flags): Promise<number> {
  await put(exported(await openResults(run, flags), flags), textOf(flags, 'out'));
  return EXIT.verified;
}
