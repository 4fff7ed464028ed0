import { usageError } from '../../errors.ts';
import type { Flags } from '../flags.ts';

export async function evalExport(_run: string, _flags: Flags): Promise<number> {
  throw usageError('not-built', 'eval export is not built yet.');
}
