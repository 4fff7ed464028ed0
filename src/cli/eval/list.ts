import { usageError } from '../../errors.ts';
import type { Flags } from '../flags.ts';

export async function evalList(_suite: string | undefined, _flags: Flags): Promise<number> {
  throw usageError('not-built', 'eval list is not built yet.');
}
