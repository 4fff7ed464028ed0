import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isInside, scratchDir, sessionsDir } from './paths.ts';
import { tempFolder } from './testing/temp.ts';

afterEach(() => {
  delete process.env.XDG_CACHE_HOME;
  delete process.env.XDG_STATE_HOME;
});

test('copies never lie inside the repository, also where it is the user’s home', () => {
  const home = tempFolder();
  process.env.XDG_CACHE_HOME = join(home, '.cache');
  expect(scratchDir(join(home, 'project'))).toBe(join(home, '.cache/classwright/copies'));
  expect(isInside(home, scratchDir(home))).toBe(false);
});

test('a cache folder that cannot be made falls back to the temporary files', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), '');
  process.env.XDG_CACHE_HOME = join(folder, 'file');
  expect(isInside(folder, scratchDir('/repository'))).toBe(false);
});

test('where every folder lies inside the repository there is none', () => {
  expect(() => scratchDir('/')).toThrow('No folder for working copies');
});

test('a relative XDG folder counts as unset', () => {
  process.env.XDG_STATE_HOME = 'relative';
  expect(sessionsDir()).toMatch(/\/\.local\/state\/classwright\/sessions$/);
});
