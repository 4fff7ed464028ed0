import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../src/testing/temp.ts';
import { generateRepository, repositoryFiles } from './generate-repository.ts';

describe('the repository of the bench', () => {
  it('is the same for the same seed, and another for another', () => {
    const files = (seed: number) => repositoryFiles({ lines: 3_000, seed });
    expect(files(7)).toEqual(files(7));
    expect(files(7)).not.toEqual(files(8));
  });

  it('has the size asked for, and its own compiler accepts it', () => {
    const root = tempFolder();
    const { lines } = generateRepository(root, { lines: 4_000 });
    expect(Math.abs(lines - 4_000)).toBeLessThan(1_200);
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    expect(execFileSync(process.execPath, [tsc, '-p', root, '--noEmit'], { encoding: 'utf8' })).toBe('');
  });
});
