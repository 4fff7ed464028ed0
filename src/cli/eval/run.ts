import { usageError } from '../../errors.ts';
import type { Flags } from '../flags.ts';

export async function evalRun(_suite: string, _flags: Flags): Promise<number> {
  throw usageError('not-built', 'eval run is not built yet.');
}
