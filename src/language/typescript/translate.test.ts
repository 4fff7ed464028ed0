import { describe, expect, test } from 'vitest';
import { translate } from './translate.ts';
import type { TsConfigFile } from './tsconfig-file.ts';

const config = (options: Record<string, unknown>, more: Partial<TsConfigFile> = {}): TsConfigFile => ({
  path: '/r/tsconfig.json',
  options,
  pathsBase: '/r',
  files: undefined,
  include: ['/r/src'],
  exclude: undefined,
  references: [],
  sources: [],
  ...more,
});

const translated = (version: [number, number], options: Record<string, unknown>) =>
  JSON.parse(translate({ config: config(options), version }).text).compilerOptions;

const node10 = {
  moduleResolution: 'bundler',
  resolvePackageJsonExports: false,
  resolvePackageJsonImports: false,
};
const old = {
  strict: false,
  types: ['*'],
  noUncheckedSideEffectImports: false,
  resolveJsonModule: false,
  skipLibCheck: true,
};
const lib = (language: string, ...dom: string[]) => [
  language,
  'dom',
  ...dom,
  'webworker.importscripts',
  'scripthost',
];

describe('options for TypeScript 7 that say what they say to an older one', () => {
  test.each<[string, [number, number], Record<string, unknown>, Record<string, unknown>]>([
    [
      'no options, 4.3',
      [4, 3],
      {},
      {
        ...old,
        ...node10,
        target: 'es2015',
        module: 'commonjs',
        lib: lib('es5'),
        strictBuiltinIteratorReturn: false,
        useUnknownInCatchVariables: false,
      },
    ],
    [
      'a modern target, 5.9',
      [5, 9],
      { target: 'ES2022', strict: true, types: ['node'] },
      {
        ...old,
        ...node10,
        strict: true,
        types: ['node'],
        target: 'es2022',
        module: 'es2015',
        lib: lib('es2022', 'dom.iterable', 'dom.asynciterable'),
      },
    ],
    [
      'NodeNext, 5.9',
      [5, 9],
      { module: 'NodeNext', target: 'es2022', lib: ['es2022'] },
      { ...old, module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022', lib: ['es2022'] },
    ],
    [
      'a bundler, 5.4',
      [5, 4],
      { module: 'preserve', target: 'esnext', lib: ['esnext'], resolveJsonModule: true },
      {
        ...old,
        resolveJsonModule: true,
        strictBuiltinIteratorReturn: false,
        module: 'preserve',
        moduleResolution: 'bundler',
        target: 'esnext',
        lib: ['esnext'],
      },
    ],
    [
      'AMD with removed options, 4.9',
      [4, 9],
      {
        module: 'amd',
        target: 'es6',
        lib: ['es6'],
        outFile: '/r/all.js',
        importsNotUsedAsValues: 'error',
        downlevelIteration: true,
        plugins: [{}],
      },
      {
        ...old,
        ...node10,
        strictBuiltinIteratorReturn: false,
        module: 'commonjs',
        target: 'es6',
        lib: ['es6'],
      },
    ],
    ['no options, 7', [7, 0], {}, { skipLibCheck: true }],
    [
      'deprecated options, 6',
      [6, 0],
      { ignoreDeprecations: '6.0', moduleResolution: 'node', baseUrl: '/r/src', strict: false },
      { ...node10, strict: false, paths: { '*': ['/r/src/*'] }, skipLibCheck: true },
    ],
  ])('%s', (_, version, options, expected) => {
    expect(translated(version, options)).toEqual(expected);
  });

  test('paths are absolute, from baseUrl or from the file that sets them; the workspace adds its own', () => {
    const paths = { '@/*': ['./*'], '@m/a': ['./own.ts'] };
    expect(translated([7, 0], { paths }).paths).toEqual({ '@/*': ['/r/*'], '@m/a': ['/r/own.ts'] });
    const { text } = translate({
      config: config({ paths, baseUrl: '/r/src' }),
      version: [5, 9],
      paths: { '@m/a': ['/r/a/src/index.ts'], '@m/b': ['/r/b/src/index.ts'] },
      references: ['/r/b/tsconfig.json'],
      files: ['/r/src/new.ts'],
    });
    const { compilerOptions, ...project } = JSON.parse(text);
    expect(compilerOptions.paths).toEqual({
      '@/*': ['/r/src/*'],
      '@m/a': ['/r/src/own.ts'],
      '@m/b': ['/r/b/src/index.ts'],
      '*': ['/r/src/*'],
    });
    expect(project).toEqual({
      files: ['/r/src/new.ts'],
      include: ['/r/src'],
      exclude: [],
      references: [{ path: '/r/b/tsconfig.json' }],
    });
  });

  test('a namespace import that may be called keeps its place and length', () => {
    const { fileText } = translate({ config: config({}), version: [5, 9] });
    const text =
      "/* a */\nimport * as cb from 'cb';\n  import  *  as $b_  from \"./b\"\nconst s = 'import * as';\n";
    const shown = fileText(text);
    expect(shown).toBe(
      "/* a */\nimport cb=require('cb') ;\n  import $b_=require(\"./b\")    \nconst s = 'import * as';\n",
    );
    expect(shown).toHaveLength(text.length);
    const modern = translate({ config: config({ esModuleInterop: true }), version: [5, 9] });
    expect(modern.fileText(text)).toBe(text);
  });

  test('what a removed option suppresses is not reported', () => {
    const loose = translate({ config: config({ suppressImplicitAnyIndexErrors: true }), version: [4, 9] });
    expect(loose.suppressed).toContain(7053);
  });
});
