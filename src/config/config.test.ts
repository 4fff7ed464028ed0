import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ClasswrightError } from '../errors.ts';
import { loadConfig } from './config.ts';
import type { RawFlags } from './config-layers.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'classwright-config-')));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let home = '';
let repo = '';
let count = 0;
beforeEach(() => {
  home = join(base, `home-${++count}`);
  repo = join(base, `repo-${count}`);
  mkdirSync(join(repo, '.git'), { recursive: true });
  mkdirSync(join(repo, 'packages/a'), { recursive: true });
});

function write(path: string, text: string) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
const user = (text: string) => write(join(home, 'classwright/config.json'), text);
const project = (text: string) => write(join(repo, 'classwright.config.json'), text);
const load = (flags: RawFlags = {}, env: Record<string, string> = {}, cwd = repo) =>
  loadConfig({ cwd, env: { XDG_CONFIG_HOME: home, ...env }, flags });

function failure(run: () => unknown): { message: string; advice: string | undefined; exitCode: number } {
  try {
    run();
  } catch (error) {
    if (error instanceof ClasswrightError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

test('flags go before the environment, that before the project, that before the user, that before defaults', () => {
  const held = (flags: RawFlags = {}, env: Record<string, string> = {}) => {
    const { config, origins } = load(flags, env);
    return [config.maxAttempts, origins.maxAttempts];
  };
  expect(held()).toEqual([5, undefined]);
  user('{ "maxAttempts": 9 }');
  expect(held()).toEqual([9, `user file ${join(home, 'classwright/config.json')}`]);
  project('{ "maxAttempts": 4 }');
  expect(held()).toEqual([4, `project file ${join(repo, 'classwright.config.json')}`]);
  const env = { CLASSWRIGHT_MAX_ATTEMPTS: '7' };
  expect(held({}, env)).toEqual([7, 'CLASSWRIGHT_MAX_ATTEMPTS']);
  expect(held({ maxAttempts: '8' }, env)).toEqual([8, '--max-attempts']);
  expect(load({ maxAttempts: '8' }).explicit).toEqual(new Set(['maxAttempts']));
});

test('comments and trailing commas are fine; what is broken is named with its line', () => {
  project('{\n  // a comment\n  "model": "m",\n}\n');
  expect(load().config.model).toBe('m');
  project('{\n  "model": "m"\n  "quiet": true\n}\n');
  expect(failure(load).message).toContain('classwright.config.json:3: not valid JSON');
  project('{\n  "model": "m",\n  "maxAttempts": "many"\n}\n');
  expect(failure(load).message).toContain(
    'classwright.config.json:3: maxAttempts: expected a whole number above 0, not "many"',
  );
  project('{\n  "model": "m",\n  "model": "n"\n}\n');
  expect(failure(load).message).toContain('classwright.config.json:3: model is set twice');
  project('[]');
  expect(failure(load).exitCode).toBe(2);
  writeFileSync(join(repo, 'classwright.config.json'), Buffer.from([0x7b, 0xff, 0x7d]));
  expect(failure(load).message).toContain('cannot be read');
});

test('unknown keys fail with the nearest known one, those of a single run with their flag', () => {
  project('{\n\n  "maxAttemps": 3\n}');
  expect(failure(load)).toMatchObject({
    message: expect.stringContaining(':3: there is no setting "maxAttemps"'),
    advice: expect.stringContaining('maxAttempts'),
    exitCode: 2,
  });
  project('{ "file": "src/a.ts" }');
  expect(failure(load).advice).toContain('--file');
  user('{ "prices": { "m": { "input": 1, "output": 2, "cachedRead": 1 } } }');
  expect(failure(load)).toMatchObject({ advice: expect.stringContaining('cacheRead') });
  user('{}');
  project('{}');
  expect(failure(() => load({}, { CLASSWRIGHT_MAX_ATTEMPT: '3' }))).toMatchObject({
    message: expect.stringContaining('CLASSWRIGHT_MAX_ATTEMPT '),
    advice: expect.stringContaining('CLASSWRIGHT_MAX_ATTEMPTS'),
  });
  expect(load({}, { CLASSWRIGHT_DEBUG: '1' }).config.maxAttempts).toBe(5);
});

test.each([
  ['{ "sandbox": false }', 'sandbox'],
  ['{ "apply": true }', 'apply'],
  ['{ "showTests": true }', 'showTests'],
  ['{ "require": "types" }', 'require'],
  ['{ "record": "src/a.ts" }', 'record'],
  ['{ "patch": "../../x" }', 'patch'],
  ['{ "replayFrom": "x.jsonl" }', 'replayFrom'],
  ['{ "prices": { "m": { "input": 0, "output": 0 } } }', 'prices'],
  ['{ "maxAttempts": 6 }', 'maxAttempts'],
  ['{ "maxToolCalls": 4 }', 'maxToolCalls'],
  ['{ "modelTimeout": 601 }', 'modelTimeout'],
])('a project cannot loosen safety: %s', (text, key) => {
  project(text);
  expect(failure(load)).toMatchObject({
    message: expect.stringContaining(`classwright.config.json:1: ${key} `),
    advice: expect.stringContaining('never loosen'),
    exitCode: 2,
  });
  user(text);
  project('{}');
  expect(load().config).toHaveProperty(key);
});

test('a project can tighten it, against what the user has set too', () => {
  user('{ "sandbox": true, "maxTokens": 1000, "require": "types", "showTests": false }');
  project('{ "maxTokens": 500, "maxCost": 1, "require": ["tests", "lint"], "apply": false, "timeout": 60 }');
  expect(load().config).toMatchObject({
    maxTokens: 500,
    maxCost: 1,
    require: 'tests',
    requireLint: true,
    timeout: 60,
  });
  project('{ "maxTokens": 2000 }');
  expect(failure(load).message).toContain('maxTokens is 2000, above 1000 (user file');
});

test('lint binds in addition: it neither sets nor is unset by the level', () => {
  project('{ "require": "lint" }');
  expect(load({ require: ['types'] }).config).toMatchObject({ require: 'types', requireLint: true });
  expect(load({ require: ['lint'] }).config).toMatchObject({ require: 'tests', requireLint: true });
  expect(failure(() => load({ require: ['types', 'tests'] })).message).toContain(
    '--require asks for types and for tests',
  );
  expect(failure(() => load({ require: ['test'] })).message).toContain('did you mean tests');
});

test('flags and variables as text: numbers, switches, lists, commands', () => {
  expect(load({ maxCost: '0.5', maxToolCalls: '0', sandbox: false }).config).toMatchObject({
    maxCost: 0.5,
    maxToolCalls: 0,
    sandbox: false,
  });
  const env = {
    CLASSWRIGHT_QUIET: '1',
    CLASSWRIGHT_TESTS: '["a/{b,c}.ts", "d.ts"]',
    CLASSWRIGHT_SANDBOX: 'false',
  };
  expect(load({}, env).config).toMatchObject({ quiet: true, tests: ['a/{b,c}.ts', 'd.ts'], sandbox: false });
  expect(load({}, { CLASSWRIGHT_TESTS: 'a/{b,c}.ts' }).config.tests).toEqual(['a/{b,c}.ts']);
  expect(load({ testCommand: `ava --junit {junit} 'a b' "$HOME"; rm` }).config.testCommand).toEqual([
    'ava',
    '--junit',
    '{junit}',
    'a b',
    '$HOME;',
    'rm',
  ]);
  for (const bad of ['abc', '-1', '0', '1.5', '', '1e3', 'Infinity'])
    expect(failure(() => load({ maxAttempts: bad })).message).toContain(
      '--max-attempts: expected a whole number above 0',
    );
  expect(failure(() => load({ testCommand: `ava "x` })).message).toContain('not closed');
  expect(failure(() => load({}, { CLASSWRIGHT_QUIET: 'yes' })).message).toContain(
    'CLASSWRIGHT_QUIET: expected true or false',
  );
});

test('paths: globs from the root, files from where they were named', () => {
  const cwd = join(repo, 'packages/a');
  project('{ "tests": ["test/*.ts"], "context": ["README.md"] }');
  user('{ "record": "log.jsonl" }');
  expect(load({}, {}, cwd).config).toMatchObject({
    tests: ['test/*.ts'],
    context: [join(repo, 'README.md')],
    record: join(home, 'classwright/log.jsonl'),
  });
  expect(
    load({ tests: ['./t/*.ts', '!x.ts'], context: ['a.ts'], patch: 'p.patch' }, {}, cwd).config,
  ).toMatchObject({
    tests: ['packages/a/t/*.ts', '!packages/a/x.ts'],
    context: [join(cwd, 'a.ts')],
    // Not below --repo: a person names it from where the shell is.
    patch: resolve('p.patch'),
  });
});

test("without git the project's file stands at the workspace's root", () => {
  rmSync(join(repo, '.git'), { recursive: true });
  write(join(repo, 'package.json'), '{ "workspaces": ["packages/*"] }');
  write(join(repo, 'packages/a/package.json'), '{}');
  project('{ "model": "of-the-workspace" }');
  expect(load({}, {}, join(repo, 'packages/a')).config.model).toBe('of-the-workspace');
  write(join(repo, 'package.json'), '{}');
  expect(load({}, {}, join(repo, 'packages/a')).root).toBe(join(repo, 'packages/a'));
});
