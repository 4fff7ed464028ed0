import { usageError } from '../../errors.ts';
import type { Flags } from '../flags.ts';

export async function evalMine(_repository: string, _flags: Flags): Promise<number> {
  throw usageError('not-built', 'eval mine is not built yet.');
}
