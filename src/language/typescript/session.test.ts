import { execFile } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../package-root.ts';
import {
  cleanups,
  errors,
  isRunning,
  open,
  ownCompiler,
  repository,
  type Tree,
  write,
} from '../../testing/session-fixture.ts';
import { startServer } from './server.ts';
import { openTypeScriptSession } from './session.ts';

describe('repositories on older compilers with old options', () => {
  const files: Tree = {
    'package.json': { name: 'old', version: '1.0.0' },
    'node_modules/@types/node/package.json': { name: '@types/node', version: '18.0.0', types: 'index.d.ts' },
    'node_modules/@types/node/index.d.ts': `/// <reference lib="es2020" />
declare var process: { env: Record<string, string | undefined> };
interface Buffer { toString(encoding?: string): string }
declare var Buffer: { from(text: string): Buffer };
declare module 'events' { class EventEmitter { on(name: string, run: (...args: any[]) => void): this }
  namespace EventEmitter { const defaultMaxListeners: number } export = EventEmitter }`,
    'node_modules/cjs/package.json': { name: 'cjs', version: '1.0.0', types: 'index.d.ts' },
    'node_modules/cjs/index.d.ts':
      'declare function cjs(x: number): string; declare namespace cjs { const v: number } export = cjs;',
    'node_modules/exported/package.json': {
      name: 'exported',
      version: '1.0.0',
      types: 'all.d.ts',
      exports: { '.': { types: './new.d.ts' } },
    },
    'node_modules/exported/all.d.ts': 'export declare const old: 1;',
    'node_modules/exported/new.d.ts': 'export declare const fresh: 1;',
    'node_modules/exported/deep/part.d.ts': 'export declare const part: 1;',
    'tsconfig.json': `{ // defaults of old
  "compilerOptions": { "target": "es5", "module": "commonjs", "moduleResolution": "node",
    "baseUrl": "src", "paths": { "@shared/*": ["shared/*", "fallback/*"] }, "outDir": "dist", "skipLibCheck": true, },
  "include": ["src"] }`,
    'src/util/money.ts':
      'export interface Money { amount: number; currency: string }\nexport const zero: Money = { amount: 0, currency: "" };',
    'src/fallback/clock.ts': 'export const now = () => 1;',
    'src/by-name.ts':
      'import { Order } from "orders/order";\nexport const label: string = new Order("a").label(1);',
    'src/use.ts':
      'import { Order } from "./orders/order";\nexport const label: string = new Order("a").label(1);',
  };
  const right = `import { Money, zero } from 'util/money';
import { now } from '@shared/clock';
import { old } from 'exported';
import { part } from 'exported/deep/part';
import * as cjs from 'cjs';
import * as EventEmitter from "events";
export class Order extends EventEmitter {
  name: string;
  total: Money;
  constructor(id) { super(); this.name = id || process.env.NAME; this.total = zero; this.on('x', () => now()); }
  label(n: number): string { let text = null; text = Buffer.from(this.name).toString('hex') + cjs(n) + cjs.v; return text; }
  sums(list: Money[]) { let sum = old + part; for (const money of list) sum += money.amount; return Object.entries({ sum }); }
}
`;

  test.each(['4.9', '5.4', '5.9'] as const)('TypeScript %s', async (version) => {
    const root = repository(files, version);
    const session = await open(root, 'src/orders/order.ts');
    expect(session.project).toMatchObject({
      tsconfig: 'tsconfig.json',
      compilerVersion: expect.stringMatching(`^${version}`),
      options: { strict: false, esModuleInterop: false, target: 'es5' },
    });
    for (const file of ['use', 'by-name'])
      expect(await errors(session, `src/${file}.ts`)).toEqual(['2305 1:10']);

    await session.setCandidate(right);
    expect(await errors(session, 'src/orders/order.ts')).toEqual([]);
    for (const file of ['use', 'by-name']) expect(await errors(session, `src/${file}.ts`)).toEqual([]);

    await session.setCandidate(
      right.replace('return text;', 'return this.nam;').replace('label(n', 'title(n'),
    );
    expect(await errors(session, 'src/orders/order.ts')).toEqual(['2551 11:123']);
    for (const file of ['use', 'by-name'])
      expect(await errors(session, `src/${file}.ts`)).toEqual(['2339 2:45']);
    expect(existsSync(join(root, 'src/orders'))).toBe(false);

    write(root, { 'src/orders/order.ts': right });
    expect(await ownCompiler(root)).toBe('');
  });

  test('the translation is what keeps errors out: the server invents them from the tsconfig as it is', async () => {
    const root = repository({ ...files, 'src/orders/order.ts': right });
    const server = await startServer({ root, timeoutMs: 20_000 });
    cleanups.push(() => server.close());
    await server.openProject(join(root, 'tsconfig.json'));
    const found = await server.query('diagnostics', async (snapshot) =>
      snapshot
        .getProject(join(root, 'tsconfig.json'))
        ?.program.getSemanticDiagnostics(join(root, 'src/orders/order.ts')),
    );
    const codes = new Set(found?.map(({ code }) => code));
    expect([...codes]).toEqual(expect.arrayContaining([2307, 2591, 7006]));
  });
});

describe('answers and the text they are about', () => {
  const files: Tree = {
    'tsconfig.json': { compilerOptions: { strict: true, types: [] } },
    'thing.ts': 'export class Thing {}\n',
    'order.ts': 'export class Order {}\n',
    'use.ts': "import { Order } from './order';\nnew Order();\n",
  };

  test('each answer belongs to the candidate before it, and going back leads to the disk', async () => {
    const session = await open(repository(files), 'order.ts');
    for (let round = 1; round <= 30; round++) {
      const version = await session.setCandidate(`export class Order { m() { return this.gone${round}; } }`);
      const answer = await session.diagnostics('order.ts');
      expect(answer).toMatchObject({
        version,
        diagnostics: [{ message: expect.stringContaining(`'gone${round}'`) }],
      });
    }
    // A request over the language server's own protocol in between has it take the change in by itself.
    await session.setCandidate('export class Order extends Thing {}');
    const [missing] = (await session.diagnostics('order.ts')).diagnostics;
    await session.setCandidate('export class Order extends Thing { m() { return this.last; } }');
    if (missing) await session.quickFixes(missing);
    expect(await errors(session, 'order.ts')).toEqual(['2304 1:28', '2339 1:54']);
    const version = await session.setCandidate(undefined);
    expect(await session.diagnostics('order.ts')).toEqual({ file: 'order.ts', version, diagnostics: [] });
  });

  test('files that changed on disk are read again', async () => {
    const root = repository(files);
    const session = await open(root, 'order.ts');
    await session.setCandidate('import { more } from "./more"; export class Order { x = more; }');
    expect(await errors(session, 'order.ts')).toEqual(['2307 1:22']);
    write(root, { 'more.ts': 'export const mor = 1;' });
    await session.filesChanged(['more.ts']);
    expect(await errors(session, 'order.ts')).toEqual(['2724 1:10']);
    write(root, { 'more.ts': 'export const more = 1;' });
    await session.filesChanged(['more.ts']);
    expect(await errors(session, 'order.ts')).toEqual([]);
    rmSync(join(root, 'more.ts'));
    await session.filesChanged(['more.ts']);
    expect(await errors(session, 'order.ts')).toEqual(['2307 1:22']);
  });

  test('positions count UTF-16 units; lines end in any way', async () => {
    const session = await open(repository(files), 'order.ts');
    const line = 'export class Order { s = "é😀日" + a; m() { return this.bar; } }';
    await session.setCandidate(`\uFEFFconst a = "é😀日";\r\n${line}`);
    expect(await errors(session, 'order.ts')).toEqual([`2339 2:${line.indexOf('bar') + 1}`]);
  });

  test('reasons and related places are in the diagnostic', async () => {
    const session = await open(repository(files), 'order.ts');
    await session.setCandidate(
      'import { Thing } from "./thing";\ninterface A { go(x: { y: number }): void }\nexport class Order extends Thing implements A {\n  go(x: { y: string }): void {}\n}',
    );
    const { diagnostics } = await session.diagnostics('order.ts');
    expect(diagnostics).toMatchObject([{ code: 2416, line: 4, column: 3, endLine: 4, endColumn: 5 }]);
    expect(diagnostics[0]?.message.split('\n').at(-1)).toMatch(
      /^ +Type 'number' is not assignable to type 'string'\.$/,
    );
    await session.setCandidate('export class Order { constructor(a: number) {} }');
    const use = await session.diagnostics('use.ts');
    expect(use.diagnostics).toMatchObject([
      {
        code: 2554,
        related: [{ file: 'order.ts', line: 1, column: 34, message: expect.stringContaining("'a'") }],
      },
    ]);
  });

  test('a change during the check is an error', async () => {
    const session = await open(repository(files), 'order.ts');
    const answer = session.diagnostics('order.ts');
    const outcome = expect(answer).rejects.toMatchObject({ code: 'server-stale' });
    await session.setCandidate('export class Order { x = 1 }');
    await outcome;
  });

  test('a missing import is one quick fix away', async () => {
    const session = await open(repository(files), 'order.ts');
    await session.setCandidate('export class Order extends Thing {}\n');
    const [missing] = (await session.diagnostics('order.ts')).diagnostics;
    const fixes = missing ? await session.quickFixes(missing) : [];
    expect(fixes).toContainEqual({
      title: 'Add import from "./thing"',
      text: 'import { Thing } from "./thing";\n\nexport class Order extends Thing {}\n',
    });
  });

  test('a server that dies is started again, with the candidate in place', async () => {
    const restarts: string[] = [];
    const session = await open(repository(files), 'order.ts', {
      onRestart: (reason) => restarts.push(reason),
    });
    await session.setCandidate('export class Order { m() { return this.gone; } }');
    const { pid } = await session.facts();
    process.kill(pid, 'SIGKILL');
    expect(await errors(session, 'order.ts')).toEqual(['2339 1:40']);
    expect(await errors(session, 'use.ts')).toEqual([]);
    expect(restarts).toHaveLength(1);
    expect((await session.facts()).pid).not.toBe(pid);
  });

  test('one that dies again during the same request is an error', async () => {
    const kill = async () => process.kill((await session.facts()).pid, 'SIGKILL');
    let isFatal = true;
    const session = await open(repository(files), 'order.ts', { onRestart: () => isFatal && kill() });
    await kill();
    await expect(session.diagnostics('order.ts')).rejects.toMatchObject({
      code: 'server-crashed',
      exitCode: 5,
    });
    isFatal = false;
    expect(await errors(session, 'order.ts')).toEqual([]);
  });

  test('a late answer is an error, and abort does not wait for it', async () => {
    const session = await open(repository(files), 'order.ts', { timeoutMs: 1500 });
    expect(await errors(session, 'order.ts')).toEqual([]);
    const { pid } = await session.facts();
    await session.setCandidate('export class Order { m() { return this.gone; } }');
    process.kill(pid, 'SIGSTOP');
    const abort = new AbortController();
    const aborted = session.diagnostics('order.ts', abort.signal);
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect(session.diagnostics('order.ts')).rejects.toMatchObject({ code: 'server-late' });
    process.kill(pid, 'SIGCONT');
    expect(await errors(session, 'order.ts')).toEqual(['2339 1:40']);
  });

  test('the server ends with a process that is killed', async () => {
    const module = JSON.stringify(join(packageRoot, 'src/language/typescript/session.ts'));
    const script = `const { openTypeScriptSession } = await import(${module});
      const session = await openTypeScriptSession({ root: process.cwd(), targetFile: 'order.ts' });
      await session.diagnostics('order.ts');
      console.log((await session.facts()).pid);`;
    const argv = ['--input-type=module', '--eval', script];
    const child = execFile(process.execPath, argv, { cwd: repository(files) });
    const printed = await new Promise<string>((resolve) => child.stdout?.once('data', resolve));
    const pid = Number(printed);
    expect(pid).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });

  test('nothing is written, and the server ends with the session', async () => {
    const root = repository(files);
    const session = await openTypeScriptSession({ root, targetFile: 'fresh/order.ts' });
    await session.setCandidate('export class Order {}');
    await session.diagnostics('fresh/order.ts');
    const { pid, residentBytes, version } = await session.facts();
    expect(version).toBe('7.0.2');
    if (process.platform === 'linux') expect(residentBytes).toBeGreaterThan(10_000_000);
    await session.close();
    expect(isRunning(pid)).toBe(false);
    expect(readdirSync(root).sort()).toEqual([
      'node_modules',
      'order.ts',
      'thing.ts',
      'tsconfig.json',
      'use.ts',
    ]);
  });
});
