import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { tempFolder, writeFiles } from '../../src/testing/temp.ts';
import { findClone } from './checkout.ts';
import { fetchRepository } from './fetch.ts';

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
    cwd,
    encoding: 'utf8',
  }).trim();

const LOCK =
  '{ "name": "till", "lockfileVersion": 3, "requires": true, "packages": { "": { "name": "till" } } }';

/** A bare clone in a folder of clones, with two commits; the first is wanted. */
async function makeClone(place: string, files: Record<string, string> = { 'package-lock.json': LOCK }) {
  const base = tempFolder('classwright-fetch-');
  const work = join(base, 'work');
  await writeFiles(work, {
    'package.json': '{ "name": "till", "scripts": { "postinstall": "touch was-run" } }\n',
    'src/till.ts': 'export const first = 1;\n',
    '.gitattributes': '* filter=evil\n',
    ...files,
  });
  git(work, 'init', '-q');
  git(work, 'add', '-A');
  git(work, 'commit', '-qm', 'one');
  const commit = git(work, 'rev-parse', 'HEAD');
  writeFileSync(join(work, 'src/till.ts'), 'export const second = 2;\n');
  git(work, 'commit', '-qam', 'two');
  const repos = join(base, 'repos');
  mkdirSync(join(repos, place, '..'), { recursive: true });
  git(base, 'clone', '-q', '--bare', work, join(repos, place));
  // Configuration of the clone may name programs.
  git(join(repos, place), 'config', 'filter.evil.smudge', `touch ${join(base, 'smudged')}; cat`);
  const source = {
    kind: 'public',
    name: 'acme/till',
    url: 'https://invalid.example/till.git',
    commit,
  } as const;
  const wanted = { name: 'acme/till', commit, source, packageDirs: [''], tasks: ['till/Cart'] };
  return { base, repos, wanted };
}

beforeEach(() => {
  vi.stubEnv('XDG_STATE_HOME', tempFolder('classwright-state-'));
});

test('brings the commit from a bare clone, with dependencies, without scripts and filters, once', async () => {
  const { base, repos, wanted } = await makeClone('acme+till/repo');
  const fetched = await fetchRepository(wanted, { reposDir: repos });
  const sources = join(fetched.folder, 'sources');
  expect(readFileSync(join(sources, 'src/till.ts'), 'utf8')).toBe('export const first = 1;\n');
  expect(existsSync(join(sources, '.git'))).toBe(false);
  expect(fetched.missing).toEqual([]);
  const dependencies = join(fetched.folder, 'dependencies');
  expect(existsSync(join(dependencies, 'package-lock.json'))).toBe(true);
  expect(existsSync(join(dependencies, 'src'))).toBe(false);
  expect(existsSync(join(dependencies, 'was-run'))).toBe(false);
  expect(existsSync(join(base, 'smudged'))).toBe(false);
  expect((await fetchRepository(wanted, { reposDir: repos })).wasThere).toBe(true);
});

test('finds clones by every name, and says which is missing', async () => {
  for (const place of ['acme+till/repo', 'acme+till', 'acme/till', 'till', 'till.git']) {
    const folder = tempFolder('classwright-clones-');
    mkdirSync(join(folder, place, 'objects'), { recursive: true });
    expect(findClone(folder, 'acme/till')).toBe(join(folder, place));
  }
  const { wanted } = await makeClone('till');
  await expect(fetchRepository(wanted, { reposDir: tempFolder('classwright-none-') })).rejects.toMatchObject({
    code: 'no-clone',
  });
});

test('refuses a commit that the clone lacks and a repository without lockfile', async () => {
  const { repos, wanted } = await makeClone('till', {});
  await expect(fetchRepository(wanted, { reposDir: repos })).rejects.toMatchObject({ code: 'no-lockfile' });
  const commit = '0123456789012345678901234567890123456789';
  await expect(fetchRepository({ ...wanted, commit }, { reposDir: repos })).rejects.toMatchObject({
    code: 'not-fetched',
  });
});
