import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DEFAULTS, SETTINGS } from '../config/settings.ts';
import { packageRoot } from '../package-root.ts';
import { RunResultSchema } from '../report/json.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'classwright-cli-')));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const repo = join(base, 'repo');
mkdirSync(join(repo, '.git'), { recursive: true });
writeFileSync(join(repo, 'latin1.txt'), Buffer.from([0x61, 0xe9, 0x62]));
writeFileSync(join(repo, 'empty.txt'), ' \n');
writeFileSync(join(repo, 'large.txt'), 'a'.repeat(1_048_576));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the program as users do: a process of its own. Standard input stays open unless `input` is given. */
function classwright(
  args: string[],
  { input, env = {}, node = [] }: { input?: string; env?: Record<string, string>; node?: string[] } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...node, join(packageRoot, 'src/cli/bin.ts'), ...args], {
      cwd: repo,
      env: {
        PATH: process.env.PATH,
        HOME: base,
        XDG_CONFIG_HOME: join(base, 'config'),
        NODE_NO_WARNINGS: '1',
        ...env,
      },
    });
    const ended = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      ended.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      ended.stderr += chunk;
    });
    child.on('close', (code) => resolve({ ...ended, code }));
    // Whoever reads no further than a limit closes the pipe.
    child.stdin.on('error', () => {});
    if (input !== undefined) child.stdin.end(input);
  });
}

const task = ['generate-class', 'OrderBook', '--file', 'src/order-book.ts'];

test('--help names every flag with its default and the exit codes', async () => {
  const { code, stdout, stderr } = await classwright(['generate-class', '--help']);
  expect([code, stderr]).toEqual([0, '']);
  const text = stdout.replaceAll(/\s+/g, ' ');
  for (const { flag } of SETTINGS) if (flag) expect(text).toContain(flag);
  expect(text.split('-r, --resume <id>')[0]?.match(/ --[a-z-]+/g)?.length).toBeGreaterThan(20);
  const options = stdout
    .slice(stdout.indexOf('Options:'), stdout.indexOf('  -h, --help'))
    .split(/\n {2}(?=-)/)
    .slice(1);
  for (const option of options.filter((one) => !one.startsWith('--json')))
    expect(option).toMatch(/default:|required/);
  expect(text).toContain('(default: 5)');
  expect(text).toContain('130 interrupted');
});

test('usage errors are told in one or two lines, without a stack', async () => {
  const { code, stdout, stderr } = await classwright(['generate-class', '--fiel', 'x']);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toBe("classwright: Unknown option '--fiel'.\n  Did you mean --file?\n");
});

test('standard input is read where - asks, up to the limit, and nowhere else', async () => {
  const empty = await classwright([...task, '--describe-file', '-'], { input: '' });
  expect(empty.stderr).toContain('standard input');
  const large = await classwright([...task, '--describe-file', '-'], { input: 'a'.repeat(3_000_000) });
  expect(large.stderr).toContain('1 MB or more');
  // The input stays open here: a command that read it would never end.
  expect((await classwright(['config'])).code).toBe(0);
});

test('under --json and stream-json an error before the run is one result on stdout', async () => {
  const json = await classwright([...task, '--json']);
  expect(json.code).toBe(2);
  expect(RunResultSchema.parse(JSON.parse(json.stdout))).toMatchObject({
    verdict: 'error',
    exitCode: 2,
    advice: expect.any(String),
  });
  const stream = await classwright([...task, '--output-format=stream-json', '--nope']);
  const lines = stream.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ type: 'result', result: { verdict: 'error', exitCode: 2 } });
  const variable = await classwright(task, { env: { CLASSWRIGHT_OUTPUT_FORMAT: 'json' } });
  expect(RunResultSchema.parse(JSON.parse(variable.stdout)).verdict).toBe('error');
  const other = await classwright(['tool', 'nope', '--json']);
  expect(JSON.parse(other.stdout)).toMatchObject({ exitCode: 2, error: { code: 'unknown-tool' } });
});

test('a stack only where it is asked for', async () => {
  const { stderr } = await classwright(task, { env: { CLASSWRIGHT_DEBUG: '1' } });
  expect(stderr).toContain('    at ');
});

test('config --origin prints each value and where it comes from', async () => {
  writeFileSync(join(repo, 'classwright.config.json'), '{ "maxAttempts": 3 }');
  try {
    const { stdout, code } = await classwright(['config', '--origin'], {
      env: { CLASSWRIGHT_MAX_TOOL_CALLS: '9' },
    });
    expect(code).toBe(0);
    for (const key of Object.keys(DEFAULTS)) expect(stdout).toMatch(new RegExp(`^${key} `, 'm'));
    expect(stdout).toMatch(/^maxAttempts +3 +project file .*classwright\.config\.json$/m);
    expect(stdout).toMatch(/^maxToolCalls +9 +CLASSWRIGHT_MAX_TOOL_CALLS$/m);
    expect(stdout).toMatch(/^strategy +"rrr" +default$/m);
    const json = await classwright(['config', '--origin', '--json']);
    expect(JSON.parse(json.stdout).maxAttempts).toEqual({
      value: 3,
      origin: expect.stringContaining('project file'),
    });
    writeFileSync(join(repo, 'classwright.config.json'), '{ "sandbox": false }');
    expect((await classwright(['config'])).stderr).toContain('never loosen');
  } finally {
    rmSync(join(repo, 'classwright.config.json'));
  }
});

test('tool --help lists the sixteen, one line each', async () => {
  const { stdout, code } = await classwright(['tool', '--help']);
  expect(code).toBe(0);
  expect(stdout.match(/^ {2}[a-z-]+ +[A-Z].*$/gm)).toHaveLength(16);
});

test('an old Node is told what is needed', async () => {
  const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.19.4'})`;
  const { code, stderr } = await classwright(['--help'], { node: ['--import', old] });
  expect(code).toBe(2);
  expect(stderr).toContain('Node 22.12 or newer is needed; this is Node 20.19.4');
});

test('a reader that goes away is no crash', async () => {
  const child = spawn(
    'sh',
    [
      '-c',
      '"$0" "$1" generate-class --help | head -c 1',
      process.execPath,
      join(packageRoot, 'src/cli/bin.ts'),
    ],
    { cwd: repo },
  );
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(stderr).toBe('');
});
