import { usageError } from '../../errors.ts';
import type { Flags } from '../flags.ts';

export async function evalReport(_run: string, _flags: Flags): Promise<number> {
  throw usageError('not-built', 'eval report is not built yet.');
}
