import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { tempFolder } from '../../src/testing/temp.ts';
import { markdown } from '../report/markdown.ts';
import { reportOf } from '../report/report.ts';
import { readRun } from './folders.ts';

const SMOKE = join(packageRoot, 'evals/recordings/smoke');

/** The tables of a report without what differs from one machine or day to the next. */
function tablesOf(report: string): string {
  const tables = report.slice(report.indexOf('## Results'), report.indexOf('## What the figures mean'));
  return tables.replace(/^\| wall time .*\n/m, '');
}

test('recorded answers give the same table to the digit', async () => {
  const base = tempFolder('classwright-smoke-');
  const out = join(base, 'run');
  const args = [
    ...['eval', 'run', 'sample', '--tasks', 'observatory/SampleSieve,theatre/CueList'],
    ...['--strategies', 'basic,rrr', '--replay-from', SMOKE, '--workers', '2', '--out', out],
  ];
  // No key: whatever asks a provider fails.
  const env = {
    PATH: process.env.PATH,
    HOME: base,
    XDG_STATE_HOME: join(base, 'state'),
    XDG_CACHE_HOME: join(base, 'cache'),
  };
  await promisify(execFile)(process.execPath, [join(packageRoot, 'src/cli/bin.ts'), ...args], {
    cwd: base,
    env,
  });
  const run = await readRun(out);
  expect(run.plan.playedBy).toBe('played by hand, staged');
  expect(run.outcomes.map(({ status, reason }) => reason ?? status)).toEqual(Array(4).fill('scored'));
  await expect(tablesOf(markdown(reportOf(run)))).toMatchFileSnapshot(join(SMOKE, 'table.md'));
}, 240_000);
