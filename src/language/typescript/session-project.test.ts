import { describe, expect, test } from 'vitest';
import { errors, open, repository } from '../../testing/session-fixture.ts';

describe('the project of the target', () => {
  test('a solution with composite projects: each file in its own', async () => {
    const root = repository({
      'package.json': { name: 'p' },
      'tsconfig.json': { files: [], references: [{ path: './src' }, { path: './test' }] },
      'src/tsconfig.json': {
        compilerOptions: { composite: true, strict: true, outDir: '../out/src', types: [] },
      },
      'src/order.ts': 'export class Order { name: string | undefined; }',
      'test/tsconfig.json': {
        compilerOptions: { composite: true, outDir: '../out/test', types: [] },
        references: [{ path: '../src' }],
      },
      'test/order.test.ts':
        "import { Order } from '../src/order';\nexport const n: string = new Order().name;",
    });
    const session = await open(root, 'src/order.ts');
    expect(session.project.tsconfig).toBe('src/tsconfig.json');
    expect(await errors(session, 'test/order.test.ts')).toEqual([]);
    await session.setCandidate('export class Order { name: number = undefined; }');
    expect(await errors(session, 'src/order.ts')).toEqual(['2322 1:22']);
    expect(await errors(session, 'test/order.test.ts')).toEqual(['2322 2:14']);
  });

  test('one of another name beside a tsconfig.json that leaves the file out', async () => {
    const root = repository({
      'tsconfig.json': { include: ['test'] },
      'tsconfig.build.json': { compilerOptions: { strict: true }, include: ['src'] },
      'tsconfig.all.json': { include: ['src', 'test'] },
      'src/thing.ts': 'export const thing = 1;',
    });
    const session = await open(root, 'src/order.ts');
    expect(session.project.tsconfig).toBe('tsconfig.all.json');
    expect(session.project.notes.join()).toContain('tsconfig.build.json covers the file too');
    const asked = await open(root, 'src/order.ts', { tsconfig: 'tsconfig.build.json' });
    await asked.setCandidate('export class Order { a: number; b = thing; }\n');
    const { diagnostics } = await asked.diagnostics('src/order.ts');
    expect(diagnostics.map(({ code }) => code)).toEqual([2564, 2304]);
    const [, missing] = diagnostics;
    expect(missing && (await asked.quickFixes(missing))).toEqual([
      {
        title: 'Add import from "./thing"',
        text: 'import { thing } from "./thing";\n\nexport class Order { a: number; b = thing; }\n',
      },
    ]);
  });

  test('a file that no pattern names belongs to the program that imports it; one that nothing imports to none', async () => {
    const root = repository({
      'tsconfig.json': { compilerOptions: { strict: true }, files: ['src/index.ts'] },
      'src/index.ts': "export * from './order';",
      'src/order.ts': 'export class Order {}',
      'other/order.ts': 'export class Order {}',
    });
    const session = await open(root, 'src/order.ts');
    expect(session.project.notes.join()).toContain('its program imports it');
    await session.setCandidate('export class Order { x: number }');
    expect(await errors(session, 'src/order.ts')).toEqual(['2564 1:22']);
    await expect(open(root, 'other/order.ts')).rejects.toMatchObject({
      code: 'no-tsconfig',
      exitCode: 3,
      message: 'No tsconfig covers other/order.ts; looked at tsconfig.json.',
    });
  });

  test('a value that the compiler does not know is an error with its line', async () => {
    const root = repository({ 'tsconfig.json': '{\n  "compilerOptions": {\n    "module": "comonjs" } }' });
    await expect(open(root, 'order.ts')).rejects.toMatchObject({
      code: 'broken-tsconfig',
      message: expect.stringContaining('tsconfig.json:3:15: module is none of'),
    });
  });

  test.each([
    [
      'order.tsx',
      'export class Order { a = <b>x</b>; c = this.d; }\ndeclare global { namespace JSX { interface IntrinsicElements { b: {} } } }',
    ],
    ['order.mts', "import { x } from './x.mjs';\nexport class Order { a = x; c = this.d; }"],
    ['order.cts', "import x = require('./x.mjs');\nexport class Order { a = x.x; c = this.d; }"],
  ])('%s', async (file, text) => {
    const root = repository({
      'package.json': { name: 'p', type: 'commonjs' },
      'tsconfig.json': {
        compilerOptions: { module: 'nodenext', target: 'es2022', jsx: 'preserve', strict: true },
      },
      'x.mts': 'export const x = 1;',
    });
    const session = await open(root, file);
    await session.setCandidate(text.replace('c = this.d;', ''));
    expect(await errors(session, file)).toEqual([]);
    await session.setCandidate(text);
    expect((await session.diagnostics(file)).diagnostics.map(({ code }) => code)).toEqual([2339]);
  });

  test('what the emitted declarations would lack is an error too', async () => {
    const root = repository({
      'tsconfig.json': { compilerOptions: { strict: true, declaration: true, isolatedDeclarations: true } },
    });
    const session = await open(root, 'order.ts');
    await session.setCandidate('export class Order { total() { return Math.random(); } }');
    expect(await errors(session, 'order.ts')).toEqual(['9013 1:39']);
  });
});
