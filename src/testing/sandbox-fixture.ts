import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, onTestFinished } from 'vitest';
import { createWorkingCopy, sandboxAvailable, type WorkingCopy } from '../sandbox/sandbox.ts';
import { type CopyRepository, makeSandboxRepository } from './sandbox-repository.ts';
import { tempFolder } from './temp.ts';

export const sandbox = await sandboxAvailable();
export const kinds = sandbox.available ? (['bubblewrap', 'none'] as const) : (['none'] as const);

export let cache = '';
beforeEach(() => {
  cache = tempFolder();
  process.env.XDG_CACHE_HOME = cache;
});
afterEach(() => {
  delete process.env.XDG_CACHE_HOME;
});
export const copiesLeft = () => readdirSync(join(cache, 'classwright/copies'));

export const open = async (
  kind: WorkingCopy['sandbox'],
  prepare?: (root: string) => Promise<void>,
): Promise<{ copy: WorkingCopy; root: string; repository: CopyRepository }> => {
  const root = tempFolder();
  const repository = await makeSandboxRepository(root);
  await prepare?.(root);
  const copy = await createWorkingCopy({ repository, sandbox: kind });
  onTestFinished(() => copy.dispose());
  return { copy, root, repository };
};
export const limits = { cwd: '', timeoutMs: 30_000 };
/** Runs a script and parses what it prints. */
export const evaluate = async (copy: WorkingCopy, script: string, options = {}): Promise<unknown> => {
  const result = await copy.run(['node', '-e', script], { ...limits, ...options });
  if (result.exitCode !== 0) throw new Error(JSON.stringify(result));
  return JSON.parse(result.stdout);
};
/** Processes of this machine whose command line holds the text; seen from outside any process namespace. */
export const processesWith = (text: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
export const marker = () => `marker-${Math.random().toString(36).slice(2)}`;
/** A program that starts another, says so, and never ends. */
export const endless = (mark: string, more = '') =>
  `const { spawn } = require('child_process');
   spawn(process.execPath, ['-e', 'require("fs").writeFileSync(process.env.TMPDIR + "/up", "1"); setInterval(() => {}, 1e3)', '${mark}'], { stdio: 'inherit' });
   ${more}; setInterval(() => {}, 1e3);`;
