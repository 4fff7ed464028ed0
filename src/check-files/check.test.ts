import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { execute } from '../cli/main.ts';
import { ClasswrightError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { checkDependencies, openRepository } from '../repository/repository.ts';
import { terminalOf } from '../terminal.ts';
import { ORDERS_FILES, writeOrders } from '../testing/orders-fixture.ts';
import { requireBuild, startProgram } from '../testing/program.ts';
import { treeHash } from '../testing/tree-hash.ts';
import { until } from '../testing/wait.ts';
import { namedFiles, stagedQuestion, workTreeQuestion } from './changes.ts';
import { type Checker, type FilesReport, openChecker } from './checker.ts';
import { type Format, reportText } from './output.ts';

/** A repository whose class is there, with two errors that were always there and one commit. */
const CLEAN = `import type { Line } from './order.js';

export class OrderBook {
  constructor(readonly name: string) {}
  take(sku: string, quantity: number): Line {
    return { sku, quantity };
  }
}
`;
const src = (name: string) => `packages/orders/src/${name}`;
const BOOK = src('order-book.ts');
const LEGACY = src('legacy.ts');

let base: string;
let root: string;
let checker: Checker;

const git = (...args: string[]) => {
  const ended = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return ended.stdout;
};
const write = (file: string, text: string) => writeFileSync(join(root, file), text);
const read = (file: string) => readFileSync(join(root, file), 'utf8');

async function makeRepository(name: string): Promise<string> {
  const folder = join(base, name);
  mkdirSync(folder);
  await writeOrders(folder, {
    [BOOK]: CLEAN,
    [LEGACY]: 'export const a: number = "one";\nexport const b: number = "two";\n',
    [src('index.ts')]: "export * from './order-book.js';\nexport * from './ledger.js';\n",
    [src('barrel-user.ts')]:
      "import { OrderBook } from './index.js';\nexport const name: string = new OrderBook('x').name;\n",
    [src('other-user.ts')]:
      "import type { Ledger } from './index.js';\nexport const ledger: Ledger | undefined = undefined;\n",
  });
  return folder;
}

beforeAll(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'classwright-check-')));
  root = await makeRepository('repo');
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'first');
  checker = openChecker(await openRepository({ cwd: root, targetFile: root }));
});
afterEach(() => {
  git('reset', '-q', '--hard');
  git('clean', '-fdq');
});
afterAll(async () => {
  await checker?.close();
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
});

const asked = { files: undefined, since: undefined };
const judge = async (more: { all?: boolean; fix?: boolean } = {}) =>
  checker.check({ ...(await workTreeQuestion(checker.repository, checker.read, asked)), ...more });
const judgeStaged = async () => checker.check(await stagedQuestion(checker.repository, asked));
const told = ({ diagnostics }: FilesReport) => diagnostics.map((d) => `${d.file}:${d.line} TS${d.code}`);

describe('the work tree against the last commit', () => {
  test('nothing changed: nothing is checked, and the errors that are there stay out of it', async () => {
    expect(await judge()).toMatchObject({ files: [], diagnostics: [], standing: 0 });
  });

  test('new errors count, also beside old ones that moved', async () => {
    write(LEGACY, `export const fresh: number = "new";\n${read(LEGACY)}`);
    const report = await judge();
    expect(told(report)).toEqual([`${LEGACY}:1 TS2322`]);
    expect(report.standing).toBe(2);
  });

  test('dependents are checked through barrels, others of the same barrel are not', async () => {
    write(BOOK, CLEAN.replace('readonly name', 'readonly title'));
    const report = await judge();
    expect(told(report)).toEqual([`${src('barrel-user.ts')}:2 TS2339`]);
    expect(report.dependents).toContain(src('checkout.ts'));
    expect(report.dependents).not.toContain(src('other-user.ts'));
    expect(report.diagnostics[0]?.explanation).toContain('title');
  });

  test('users of an export that is gone are found, and of a file that is gone', async () => {
    write(BOOK, CLEAN.replace('OrderBook', 'Orders'));
    expect(told(await judge())).toContain(`${src('barrel-user.ts')}:1 TS2305`);
    rmSync(join(root, BOOK));
    const report = await judge();
    expect(told(report)).toContain(`${src('checkout.ts')}:1 TS2307`);
    // Tests mend it again: the server has to see the file that came back.
    git('checkout', '-q', BOOK);
    expect(told(await judge({ all: true }))).toEqual([]);
  });

  test('a change inside one function leaves the users of the others alone', async () => {
    appendFileSync(join(root, BOOK), '\nexport const spare: number = 1;\n');
    const { dependents } = await judge();
    expect(dependents).not.toContain(src('barrel-user.ts'));
    expect(dependents).not.toContain(src('checkout.ts'));
  });

  test('a new file, in a new folder, is checked whole', async () => {
    mkdirSync(join(root, src('deep')));
    write(
      src('deep/new.ts'),
      "import { OrderBook } from '../index.js';\nexport const n: number = new OrderBook('x').name;\n",
    );
    expect(told(await judge())).toEqual([`${src('deep/new.ts')}:2 TS2322`]);
  });

  test('what no tsconfig covers is said, not passed over', async () => {
    mkdirSync(join(root, 'scripts'));
    write('scripts/build.ts', 'export const n: number = "x";\n');
    expect((await judge()).notChecked).toMatchObject([
      { what: 'scripts/build.ts', reason: expect.stringContaining('tsconfig') },
    ]);
  });

  test('declared globals: their users are not followed, and that is said', async () => {
    write(src('globals.ts'), 'declare global { interface Extra { a: 1 } }\nexport {};\n');
    expect((await judge()).notChecked).toMatchObject([{ what: `users of ${src('globals.ts')}` }]);
  });

  test('all errors where they are asked for', async () => {
    const files = await namedFiles(checker.repository, root, [LEGACY]);
    expect(told(await checker.check({ changes: [], files, all: true }))).toHaveLength(2);
    expect((await checker.check({ changes: [], files })).standing).toBe(2);
  });

  test('no content filter of the repository is run, and line ends that git converts are no change', async () => {
    const marker = join(base, 'filtered');
    git('config', 'filter.evil.clean', `touch ${marker}; cat`);
    write('.gitattributes', '*.ts filter=evil\n');
    write(LEGACY, read(LEGACY).replaceAll('\n', '\r\n'));
    expect(await judge()).toMatchObject({ files: [] });
    expect(existsSync(marker)).toBe(false);
    git('config', '--unset', 'filter.evil.clean');
  });
});

describe('--staged', () => {
  test('judges the index, not what lies on disk', async () => {
    write(BOOK, CLEAN.replace('readonly name', 'readonly title'));
    git('add', BOOK);
    write(BOOK, CLEAN);
    expect(told(await judgeStaged())).toEqual([`${src('barrel-user.ts')}:2 TS2339`]);
    expect(await judge()).toMatchObject({ files: [] });
  });

  test('an import of a file that nobody added is an error before the commit', async () => {
    write(src('helper.ts'), 'export const helper: string = "x";\n');
    write(BOOK, `import { helper } from './helper.js';\nexport const used: string = helper;\n${CLEAN}`);
    git('add', BOOK);
    expect(told(await judgeStaged())).toEqual([`${BOOK}:1 TS2305`]);
    git('add', '-A');
    expect(told(await judgeStaged())).toEqual([]);
  });

  test('unstaged errors of other files are none of its business', async () => {
    appendFileSync(join(root, BOOK), '\nexport const spare: number = 1;\n');
    git('add', BOOK);
    write(src('ledger.ts'), 'broken(');
    expect(await judgeStaged()).toMatchObject({ files: [BOOK], diagnostics: [] });
  });
});

test('--fix mends what needs no mind and leaves the rest', async () => {
  write(
    BOOK,
    `${CLEAN}\nexport const gone: Error = new OutOfStock('a', 1);\nexport const wrong: number = 'x';\n`,
  );
  const hash = treeHash(root);
  const report = await judge({ fix: true });
  expect(report.mended).toMatchObject([
    { file: BOOK, repairs: ["added import { OutOfStock } from './errors.js'"] },
  ]);
  expect(told(report)).toEqual([`${BOOK}:12 TS2322`]);
  expect(treeHash(root)).toEqual(hash);
});

describe('formats', () => {
  const { stdout: screen } = terminalOf({ stdin: {}, stdout: {}, stderr: {} }, { LANG: 'C.UTF-8' });
  let report: FilesReport;
  beforeEach(async () => {
    write(BOOK, CLEAN.replace('readonly name', 'readonly title'));
    report = await judge();
  });
  const as = (format: Format) => reportText(format, { ...report, exitCode: 1, fixed: [] }, screen);

  test('text names place, code, line and what settles it', () => {
    const place = `${src('barrel-user.ts')}:2:48`;
    expect(as('text')).toContain(`✗ ${place} TS2339 Property 'name' does not exist on type 'OrderBook'.`);
    expect(as('text')).toMatch(/\n1 new error: 1 file and \d dependents checked in [\d.]+ s\n$/);
  });

  test('json and SARIF carry the same places', () => {
    const json = JSON.parse(as('json'));
    expect(json).toMatchObject({ schemaVersion: 1, exitCode: 1, diagnostics: [{ code: 2339, line: 2 }] });
    const sarif = JSON.parse(as('sarif'));
    expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ columnKind: 'utf16CodeUnits' }] });
    const [result] = sarif.runs[0].results;
    expect(result).toMatchObject({
      ruleId: 'TS2339',
      level: 'error',
      locations: [{ physicalLocation: { region: { startLine: 2, startColumn: 48 } } }],
    });
    expect(sarif.runs[0].tool.driver.rules[result.ruleIndex].id).toBe('TS2339');
  });

  test('github annotations are one line each, escaped', () => {
    const lines = as('github').trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^::error file=packages\/orders\/src\/barrel-user\.ts,line=2,endLine=2,col=48,.*title=TS2339::.*%0A/,
    );
  });
});

describe('the program', () => {
  beforeAll(requireBuild);
  const env = () => ({
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: base,
    XDG_CACHE_HOME: join(base, 'cache'),
    NODE_COMPILE_CACHE: join(packageRoot, 'node_modules/.cache/e2e'),
  });
  const run = (args: string[], stdin?: string) =>
    startProgram(['check', ...args], { cwd: root, env: env(), ...(stdin === undefined ? {} : { stdin }) })
      .ended;

  test('an unsaved text against the file on disk; nothing is written', async () => {
    const hash = treeHash(root);
    const text = `${read(LEGACY)}export const c: number = "three";\n`;
    const { code, stdout } = await run(['--stdin', '--file', LEGACY, '--json'], text);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ standing: 2, diagnostics: [{ line: 3, code: 2322 }] });
    expect(treeHash(root)).toEqual(hash);
  });

  test('--fix writes the file in its own style', async () => {
    const windows = `${CLEAN}\nexport const gone: Error = new OutOfStock('a', 1);\n`.replaceAll('\n', '\r\n');
    write(BOOK, windows);
    const { code, stdout } = await run(['--fix']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining("added import { OutOfStock } from './errors.js'"),
    ]);
    expect(read(BOOK).split('\r\n').length).toBe(read(BOOK).split('\n').length);
    expect(read(BOOK)).toContain("import { OutOfStock } from './errors.js';\r\n");
  });

  test('--watch follows the files until it is interrupted', async () => {
    const started = startProgram(['check', '--watch'], { cwd: root, env: env() });
    await until(() => started.said.stdout.includes('0 files checked'));
    write(BOOK, CLEAN.replace('readonly name', 'readonly title'));
    await until(() => started.said.stdout.includes('1 new error'));
    write(BOOK, CLEAN);
    await until(() => started.said.stdout.split('0 files checked').length === 3);
    started.child.kill('SIGINT');
    expect((await started.ended).code).toBe(130);
  });

  test('the examples of the documentation: what they run refuses and lets pass', async () => {
    mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
    writeFileSync(
      join(root, 'node_modules/.bin/classwright'),
      `#!/bin/sh
exec '${process.execPath}' '${join(packageRoot, 'dist/src/cli/bin.js')}' "$@"
`,
      { mode: 0o755 },
    );
    const example = (name: string) => readFileSync(join(packageRoot, 'docs/examples', name), 'utf8');
    const shell = (command: string) =>
      spawnSync('sh', ['-ec', command], {
        cwd: root,
        encoding: 'utf8',
        env: {
          ...env(),
          PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
          npm_config_offline: 'true',
        },
      });
    const lefthook: string = parse(example('lefthook.yml'))['pre-commit'].commands.types.run;
    const steps: { run?: string }[] = parse(example('github-check.yml')).jobs.check.steps;
    const workflow = steps
      .map(({ run }) => run)
      .filter((run) => run?.includes('classwright'))
      .join('\n');
    write(BOOK, CLEAN.replace('readonly name', 'readonly title'));
    git('add', BOOK);
    expect(shell(lefthook)).toMatchObject({ status: 1, stdout: expect.stringContaining('TS2339') });
    expect(example('husky-pre-commit.sh').trimEnd().split('\n').at(-1)).toBe(lefthook);
    git('commit', '-qm', 'second');
    const annotated = shell(workflow.replace('HEAD^1', 'HEAD~1'));
    expect(annotated).toMatchObject({ status: 1, stdout: expect.stringMatching(/^::error file=packages/) });
    git('reset', '-q', '--hard', 'HEAD~1');
    expect(shell(lefthook).status).toBe(0);
    git('rm', '-q', '--cached', '-r', '--ignore-unmatch', 'node_modules');
  });
});

test.each([
  [['--stdin'], /--file <path>/],
  [['--file', 'a.ts'], /belongs to --stdin/],
  [['--stdin', '--file', 'README.md'], /no TypeScript file/],
  [['--stdin', '--file', BOOK, '--staged'], /contradict/],
  [['--watch', '--staged'], /one of them/],
  [['--output-format', 'yaml'], /expected text, json, sarif, github/],
  [['--json', '--output-format', 'sarif'], /contradict/],
  [['nowhere.ts'], /There is no file nowhere\.ts/],
  [['../outside.ts'], /lies outside the repository/],
  [['--since', 'nowhere'], /git knows no commit nowhere/],
])('%j is a usage error', async (args, message) => {
  const error: unknown = await execute(['node', 'classwright', 'check', ...args, '--repo', root]).catch(
    (thrown) => thrown,
  );
  if (!(error instanceof ClasswrightError)) throw error;
  expect(`${error.message}\n${error.advice}`).toMatch(message);
  expect(error.exitCode).toBe(2);
});

test('outside git every error of the named files counts, and without names it is a usage error', async () => {
  const plain = await makeRepository('plain');
  const repository = await openRepository({ cwd: plain, targetFile: plain });
  checkDependencies(repository);
  const reading = (file: string) => ORDERS_FILES[file];
  const question = await workTreeQuestion(repository, reading, { files: [LEGACY], since: undefined });
  expect(question.changes).toMatchObject([{ file: LEGACY, before: undefined }]);
  await expect(workTreeQuestion(repository, reading, asked)).rejects.toMatchObject({
    code: 'no-changes-known',
  });
  await expect(stagedQuestion(repository, asked)).rejects.toMatchObject({ code: 'no-changes-known' });
});
