import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { packageRoot } from '../package-root.ts';
import { Proof } from '../proof/statement.ts';
import type { Place } from '../testing/program.ts';
import { generate, good, makeTill, runCase, SLOW, TARGET, TEST_FILE } from './till.ts';

let till: Place;
beforeAll(async () => {
  till = await makeTill('proof');
});
afterAll(() => till.remove());

const PROOF = 'proofs/cart.json';
const path = (file: string) => join(till.repo, file);
const verify = (...args: string[]) => runCase(till, ['verify', PROOF, ...args]);

test('what a run showed can be shown again, until something changes', SLOW, async () => {
  const ran = await runCase(till, generate('--apply', '--proof', PROOF), {
    script: [good],
    writes: [TARGET, 'proofs', PROOF],
  });
  expect(ran.code, ran.stderr).toBe(0);
  const proof = Proof.parse(JSON.parse(readFileSync(path(PROOF), 'utf8')));
  const sha256 = createHash('sha256')
    .update(readFileSync(path(TARGET)))
    .digest('hex');
  expect(proof).toMatchObject({
    subject: [{ name: TARGET, digest: { sha256 } }],
    predicate: { verdict: 'verified', tests: [{ name: TEST_FILE }] },
  });
  expect(proof.predicate.commands.map(({ what }) => what).join()).toMatch(/TypeScript/);

  // By what the example of the documentation runs.
  mkdirSync(path('node_modules/.bin'));
  writeFileSync(
    path('node_modules/.bin/classwright'),
    `#!/bin/sh\nexec '${process.execPath}' '${join(packageRoot, 'dist/src/cli/bin.js')}' "$@"\n`,
    { mode: 0o755 },
  );
  const steps: { run?: string }[] = parse(
    readFileSync(join(packageRoot, 'docs/examples/github-verify.yml'), 'utf8'),
  ).jobs.verify.steps;
  const command = steps.flatMap(({ run }) => (run?.includes('classwright') ? [run] : [])).join('\n');
  const npx = {
    ...till.env,
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    npm_config_offline: 'true',
  };
  const shown = spawnSync('sh', ['-ec', command], { cwd: till.repo, env: npx, encoding: 'utf8' });
  expect([shown.status, shown.stdout], shown.stderr).toEqual([0, expect.stringContaining('holds: Cart')]);

  const text = readFileSync(path(TARGET), 'utf8');
  writeFileSync(path(TARGET), text.replace('price * quantity', 'price + quantity'));
  const broken = await verify('--json');
  expect(broken.code, broken.stderr).toBe(1);
  expect(JSON.parse(broken.stdout)).toMatchObject({
    holds: false,
    changed: [{ file: TARGET, what: 'class', now: 'changed' }],
    problems: [expect.stringContaining('580')],
    tests: { passed: 1, total: 2 },
  });

  rmSync(path(TARGET));
  const gone = await verify();
  expect([gone.code, gone.stdout]).toEqual([1, expect.stringContaining('missing since')]);
});

test('what is no proof, or leads out of the repository, is refused', SLOW, async () => {
  const none = await runCase(till, ['verify', 'nowhere.json']);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('There is no file')]);
  writeFileSync(path('bad.json'), '{ "_type": "https://in-toto.io/Statement/v1" }');
  const bad = await runCase(till, ['verify', 'bad.json']);
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('is no proof')]);
  const foreign = JSON.parse(readFileSync(path(PROOF), 'utf8'));
  foreign.predicate.tests[0].name = '../../outside.test.ts';
  writeFileSync(path(TARGET), '');
  writeFileSync(path('bad.json'), JSON.stringify(foreign));
  const outside = await runCase(till, ['verify', 'bad.json']);
  expect([outside.code, outside.stderr]).toEqual([2, expect.stringContaining('outside the repository')]);
});
