import { usageError } from '../../errors.ts';
import type { Flags } from '../flags.ts';

export async function evalWatch(_run: string, _flags: Flags): Promise<number> {
  throw usageError('not-built', 'eval watch is not built yet.');
}
