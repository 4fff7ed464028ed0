import { usageError } from '../../errors.ts';
import type { Flags } from '../flags.ts';

export async function evalCompare(_first: string, _second: string, _flags: Flags): Promise<number> {
  throw usageError('not-built', 'eval compare is not built yet.');
}
