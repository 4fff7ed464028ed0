import { usageError } from '../../errors.ts';
import type { Flags } from '../flags.ts';

export async function evalFetch(_suite: string | undefined, _flags: Flags): Promise<number> {
  throw usageError('not-built', 'eval fetch is not built yet.');
}
