import { usageError } from '../../errors.ts';
import type { Flags } from '../flags.ts';

export async function evalImport(_format: string, _file: string, _flags: Flags): Promise<number> {
  throw usageError('not-built', 'eval import is not built yet.');
}
