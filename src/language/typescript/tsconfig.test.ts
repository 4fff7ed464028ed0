import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { findCoverage } from './tsconfig.ts';
import { readTsConfig } from './tsconfig-file.ts';
import { matchesTsConfig } from './tsconfig-match.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

function tree(files: Record<string, unknown>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tsconfig-')));
  roots.push(root);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}

const covering = (files: Record<string, unknown>, file: string) => {
  const root = tree(files);
  const { covering, also } = findCoverage(root, join(root, file));
  return {
    covering: covering && relative(root, covering.path),
    also: also.map((config) => relative(root, config.path)),
  };
};

describe('which tsconfig covers a file', () => {
  test('the nearest tsconfig.json that names it', () => {
    const files = { 'tsconfig.json': {}, 'a/tsconfig.json': { include: ['src'] } };
    expect(covering(files, 'a/src/x.ts')).toEqual({ covering: 'a/tsconfig.json', also: [] });
    expect(covering(files, 'a/other/x.ts')).toEqual({ covering: 'tsconfig.json', also: [] });
  });

  test('a solution names it by a reference, the one for tests last', () => {
    const files = {
      'tsconfig.json': {
        files: [],
        references: [{ path: './tsconfig.spec.json' }, { path: './config/app.json' }],
      },
      'tsconfig.spec.json': { include: ['src', 'test'] },
      'config/app.json': { include: ['../src'] },
    };
    expect(covering(files, 'src/x.ts')).toEqual({
      covering: 'config/app.json',
      also: ['tsconfig.spec.json'],
    });
    expect(covering(files, 'test/x.ts')).toEqual({ covering: 'tsconfig.spec.json', also: [] });
  });

  test('one of another name where tsconfig.json is for tests alone; several that match', () => {
    const files = {
      'tsconfig.json': { include: ['test'] },
      'tsconfig.build.json': { extends: './tsconfig.base.json', include: ['src'] },
      'tsconfig.lint.json': { include: ['src', 'test'] },
      'tsconfig.base.json': {},
    };
    expect(covering(files, 'src/x.ts')).toEqual({
      covering: 'tsconfig.build.json',
      also: ['tsconfig.lint.json'],
    });
    expect(covering(files, 'other/x.ts').covering).toBeUndefined();
  });

  test('a base that others extend covers nothing', () => {
    expect(covering({ 'tsconfig.base.json': {} }, 'src/x.ts').covering).toBeUndefined();
  });

  test('a broken one names file and line', () => {
    const root = tree({ 'tsconfig.json': '{\n  "compilerOptions": {\n    "strict" true\n  }\n}' });
    expect(() => findCoverage(root, join(root, 'x.ts'))).toThrow(
      expect.objectContaining({
        code: 'broken-tsconfig',
        message: `${root}/tsconfig.json:3:14: colon expected.`,
        exitCode: 3,
      }),
    );
  });

  test('a value of the wrong kind and a lost base name their lines', () => {
    const wrong = tree({ 'tsconfig.json': '{\n "include": "src"\n}' });
    expect(() => readTsConfig(join(wrong, 'tsconfig.json'))).toThrow(
      /tsconfig\.json:2:13: include has a value/,
    );
    const lost = tree({ 'tsconfig.json': '{\n\n "extends": "./gone"\n}' });
    expect(() => readTsConfig(join(lost, 'tsconfig.json'))).toThrow(
      /tsconfig\.json:3:13: it extends \.\/gone/,
    );
  });

  test('a broken neighbour does not matter to a covered file', () => {
    const files = { 'tsconfig.json': { include: ['src'] }, 'tsconfig.zzz.json': '{' };
    expect(covering(files, 'src/x.ts').covering).toBe('tsconfig.json');
  });
});

describe('what a tsconfig extends', () => {
  test('paths are those of the file that sets them, lists of files replace one another', () => {
    const root = tree({
      'node_modules/@x/base/package.json': { name: '@x/base', version: '1.0.0' },
      'node_modules/@x/base/tsconfig.json': {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it stands so in the file.
        compilerOptions: { strict: true, outDir: '${configDir}/out', target: 'es2020' },
        exclude: ['gen'],
      },
      'shared/tsconfig.json': {
        compilerOptions: { paths: { '~/*': ['./lib/*'] }, baseUrl: '.', target: null },
        include: ['all'],
      },
      'app/tsconfig.json':
        '// comment\n{ "extends": ["@x/base", "../shared/tsconfig"], "compilerOptions": { "rootDir": "src", }, "include": ["src"] }',
    });
    const config = readTsConfig(join(root, 'app/tsconfig.json'));
    expect(config.options).toEqual({
      strict: true,
      outDir: join(root, 'app/out'),
      target: 'es2020',
      paths: { '~/*': ['./lib/*'] },
      baseUrl: join(root, 'shared'),
      rootDir: join(root, 'app/src'),
    });
    expect(config.include).toEqual([join(root, 'app/src')]);
    expect(config.exclude).toEqual([join(root, 'node_modules/@x/base/gen')]);
    expect(config.pathsBase).toBe(join(root, 'shared'));
  });
});

const ts: typeof import('ts-morph').ts = createRequire(import.meta.url)('typescript-5.9');

describe('patterns', () => {
  const names = ['a.ts', 'b.tsx', 'c.mts', 'x.spec.ts', '.hidden.ts', 'd.d.ts', 'e.js', 'f.min.ts'];
  const folders = [
    '',
    'src/',
    'src/deep/',
    'src/deep/er/',
    'test/',
    'node_modules/p/',
    'src/node_modules/p/',
    '.dot/',
    'dist/',
    'src/.dot/',
  ];
  const files = folders.flatMap((folder) => names.map((name) => folder + name));

  test.each([
    {},
    { include: ['src'] },
    { include: ['src/'] },
    { include: ['./src/**/*'] },
    { include: ['src/*'] },
    { include: ['src/**'] },
    { include: ['**/*.spec.ts'] },
    { include: ['src/**/*.ts'], exclude: ['**/*.spec.ts'] },
    { include: ['*'], exclude: ['a.ts'] },
    { include: ['s?c', '*/a.ts'] },
    { include: ['src/deep/*.ts', '.dot'] },
    { include: ['**/deep/**/*'], exclude: ['src/*/er'] },
    { exclude: ['src/deep', 'test/**'] },
    { exclude: ['**/p'] },
    { exclude: [] },
    { files: ['src/a.ts', 'dist/a.ts'], exclude: ['**/*'] },
    { files: ['src/a.ts'], include: ['test'] },
    { compilerOptions: { outDir: 'dist' } },
    { include: ['node_modules/p/*'] },
    { include: ['src/node_modules/**/*'] },
  ])('agree with the compiler: %j', (config) => {
    const root = tree({ ...Object.fromEntries(files.map((file) => [file, ''])), 'tsconfig.json': config });
    const expected = ts.parseJsonConfigFileContent(config, ts.sys, root).fileNames;
    const read = readTsConfig(join(root, 'tsconfig.json'));
    const found = files.filter((file) => matchesTsConfig(read, join(root, file)));
    expect(found.sort()).toEqual(expected.map((file) => relative(root, file)).sort());
  });
});
