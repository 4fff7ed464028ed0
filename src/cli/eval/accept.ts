import { usageError } from '../../errors.ts';
import type { Flags } from '../flags.ts';

export async function evalAccept(_which: readonly string[], _flags: Flags): Promise<number> {
  throw usageError('not-built', 'eval accept is not built yet.');
}
