import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Place } from '../testing/program.ts';
import { KEY, makeTill, runCase, SLOW } from './till.ts';

// What each case looks for is found: a run that left something, or wrote somewhere, would not pass.

const traces: [string, RegExp, (place: Place) => void][] = [
  ['a changed file', /src\/line\.ts/, ({ repo }) => writeFileSync(join(repo, 'src/line.ts'), '')],
  ['a cache of a runner', /node_modules\/\.vite/, ({ repo }) => mkdirSync(join(repo, 'node_modules/.vite'))],
  ['a file written back', /package\.json/, ({ repo }) => rewrite(join(repo, 'package.json'))],
  [
    'a copy',
    /copies\/run-1/,
    ({ home }) => mkdirSync(join(home, 'cache/classwright/copies/run-1'), { recursive: true }),
  ],
  ['a temporary file', /temp\/x/, ({ base }) => writeFileSync(join(base, 'temp/x'), '')],
  ['a process', /sleep 8/, ({ repo }) => void spawn('sleep', ['8'], { cwd: repo, detached: true }).unref()],
  [
    'the key in a log',
    /state\/log/,
    ({ home }) => writeFileSync(join(home, 'state/log'), `x-api-key: ${KEY}`),
  ],
  [
    'an installation',
    /npm install/,
    ({ base }) => writeFileSync(join(base, 'installs'), 'npm install left-pad\n'),
  ],
];

const rewrite = (file: string) => {
  const text = readFileSync(file);
  rmSync(file);
  writeFileSync(file, text);
};

test.each(traces)('is not missed: %s', SLOW, async (_, shown, leave) => {
  const till = await makeTill('self', { git: false });
  mkdirSync(join(till.home, 'state'));
  try {
    await runCase(till, ['--version']);
    const run = runCase(till, ['--version'], {
      during: async ({ ended }) => {
        await ended;
        leave(till);
      },
    });
    await expect(run).rejects.toThrow(shown);
  } finally {
    till.remove();
  }
});
