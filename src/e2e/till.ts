import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { RunResult } from '../loop/events.ts';
import { packageRoot } from '../package-root.ts';
import {
  call,
  type FakeAnthropic,
  type ScriptedAnswer,
  startFakeAnthropic,
} from '../testing/fake-anthropic.ts';
import {
  type Ended,
  filesWith,
  foldersLeft,
  installs,
  makePlace,
  type Place,
  type ProgramOptions,
  processesLeft,
  requireBuild,
  type Started,
  startProgram,
} from '../testing/program.ts';
import { writeFiles } from '../testing/temp.ts';
import { treeHash } from '../testing/tree-hash.ts';

/** The key that every run gets: no file that a run writes may hold it. */
export const KEY = 'sk-ant-canary-4711-of-the-tests';

export const TARGET = 'src/cart.ts';
export const TEST_FILE = 'test/cart.test.ts';

/** A package on TypeScript 5.9 and node:test that lacks its class. */
const FILES: Record<string, string> = {
  'package.json': `{
  "name": "till",
  "private": true,
  "type": "module",
  "scripts": { "test": "node --test test/*.test.ts" },
  "devDependencies": { "typescript": "5.9.3" }
}
`,
  'tsconfig.json': `{
  "compilerOptions": {
    "target": "es2022", "lib": ["es2022"], "module": "nodenext", "strict": true, "noEmit": true, "types": [],
    "skipLibCheck": true, "allowImportingTsExtensions": true, "erasableSyntaxOnly": true
  },
  "include": ["src"]
}
`,
  '.gitignore': 'node_modules/\nignored/\n',
  'src/line.ts': `/** One article of a cart; prices are whole cents. */
export interface Line {
  sku: string;
  price: number;
  quantity: number;
}
`,
  'src/label.ts': `import type { Line } from './line.ts';

export class Label {
  readonly #line: Line;
  constructor(line: Line) {
    this.#line = line;
  }
  text(): string {
    return \`\${this.#line.quantity} x \${this.#line.sku}\`;
  }
}
`,
  'src/broken.js': 'export const broken = 1;\n',
  [TEST_FILE]: `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cart } from '../src/cart.ts';

test('adds up', () => {
  // Nineteen pears and two plums.
  const cart = new Cart();
  cart.add({ sku: 'pear', price: 30, quantity: 19 });
  cart.add({ sku: 'plum', price: 5, quantity: 2 });
  assert.equal(cart.total(), 580);
});

test('is empty at first', () => {
  assert.equal(new Cart().total(), 0);
});
`,
};

export const GOOD = `export class Cart {
  readonly #lines: Line[] = [];

  add(line: Line): void {
    this.#lines.push(line);
  }

  /** In cents. */
  total(): number {
    return this.#lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  }
}`;

export const IMPORTS = ["import type { Line } from './line.ts';"];

/** For a test of many runs, on a machine that has other things to do. */
export const SLOW = { timeout: 240_000 };

/** A submission as the model hands it in. */
export const submit = (text: string, more: Record<string, unknown> = {}): ScriptedAnswer =>
  call('submit_class', { imports: IMPORTS, class: text, assumptions: [], ...more });

export const good = submit(GOOD);

/** Explains the first report and hands in another class, in one answer. */
export const reflectAndSubmit = (report: string, text: string): ScriptedAnswer => ({
  kind: 'message',
  content: [
    {
      type: 'tool_use',
      name: 'reflect',
      input: { failures: [{ report, cause: 'it was wrong' }], plan: 'mend it' },
    },
    { type: 'tool_use', name: 'submit_class', input: { imports: IMPORTS, class: text, assumptions: [] } },
  ],
});

export const DESCRIPTION =
  'A cart of lines: add(line) puts one in, total() is the sum of price times quantity.';
const DESCRIBE = ['--describe', DESCRIPTION];

/** The usual command line; `more` may repeat and so override a flag. */
export const generate = (...more: string[]): string[] => [
  ...['generate-class', 'Cart', '--file', TARGET],
  ...(more.some((flag) => flag.startsWith('--describe')) ? [] : DESCRIBE),
  ...more,
];

/** Some cases show a class before any test: the compiler's word is enough. */
export const types = (...more: string[]): string[] => generate('--require', 'types', ...more);

export interface TillOptions {
  files?: Record<string, string>;
  git?: boolean;
  /** Entries of node_modules, taken from our own: name as installed to name in the fixture. */
  packages?: Record<string, string>;
}

/** A place with the repository in it. */
export async function makeTill(name: string, options: TillOptions = {}): Promise<Place> {
  requireBuild();
  const place = makePlace(name);
  await writeFiles(place.repo, { ...FILES, ...options.files });
  const modules = join(place.repo, 'node_modules');
  mkdirSync(modules, { recursive: true });
  const packages = { 'typescript-5.9': 'typescript', ...options.packages };
  for (const [installed, as] of Object.entries(packages)) {
    mkdirSync(join(modules, as, '..'), { recursive: true });
    symlinkSync(join(packageRoot, 'node_modules', installed), join(modules, as));
  }
  if (options.git !== false) {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: place.repo, env: { ...place.env } });
    git('init', '-q');
    git('add', '.');
    git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '-m', 'first');
  }
  return place;
}

/** The same again for another case, without asking git anew. */
function copyOf(place: Place): Place {
  const copy = makePlace('copy');
  execFileSync('cp', ['-a', `${place.repo}/.`, copy.repo]);
  return copy;
}

type Script = Parameters<typeof startFakeAnthropic>[0];

export interface CaseOptions extends Partial<ProgramOptions> {
  /** What the model answers; a case without one may not ask it. */
  script?: Script;
  /** Files that the run is meant to write, repository-relative; none unless given. */
  writes?: string[];
  /** Whether it is meant to be killed: then it may leave its folders. */
  killed?: boolean;
  /** Called when the program has started. */
  during?: (started: Started, fake: FakeAnthropic) => Promise<void>;
}

export interface CaseResult extends Ended {
  fake: FakeAnthropic;
}

/**
 * Runs the program in a place and checks what holds for every run, however it ends: no process and no folder is
 * left, the repository is as it was, the key stands nowhere, the model's requests were well-formed, no stack is
 * shown, and JSON output parses.
 */
export async function runCase(
  place: Place,
  args: readonly string[],
  options: CaseOptions = {},
): Promise<CaseResult> {
  const before = treeHash(place.repo);
  const fake = await startFakeAnthropic(options.script ?? []);
  const env = { ...place.env, ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: fake.url, ...options.env };
  const started = startProgram(args, { cwd: place.repo, ...options, env });
  let ended: Ended;
  try {
    await options.during?.(started, fake);
    ended = await started.ended;
  } finally {
    started.child.kill('SIGKILL');
    await fake.close();
  }
  const output = `${ended.stdout}\n${ended.stderr}`;
  const problems = [
    ...(await processesLeft(place)).map((line) => `a process is left: ${line}`),
    ...(options.killed ? [] : foldersLeft(place)).map((path) => `left behind: ${path}`),
    ...installs(place).map((line) => `installed: ${line}`),
    ...fake.refused.map((reason) => `a request was refused: ${reason}`),
    ...filesWith(place.base, KEY).map((file) => `holds the key: ${file}`),
    ...(output.includes(KEY) ? ['the key was printed'] : []),
    ...(/^\s+at .*:\d+/m.test(ended.stderr) ? ['a stack was printed'] : []),
    ...writing(before, treeHash(place.repo), options.writes ?? []),
  ];
  if (problems.length > 0)
    throw new Error([...problems, args.join(' ').slice(0, 200), output.slice(-6_000)].join('\n'));
  return { ...ended, fake };
}

/** What `--json` printed: one object, and nothing beside it. */
export const resultOf = ({ stdout }: Ended): RunResult => RunResult.parse(JSON.parse(stdout));

/** What was written that was not meant, and the other way round; where nothing was meant, times count too. */
function writing(before: readonly string[], after: readonly string[], meant: readonly string[]): string[] {
  const seen = (lines: readonly string[]) => (meant.length > 0 ? lines.map(withoutTime) : lines);
  const [old, now] = [seen(before), seen(after)];
  const differing = [
    ...old.filter((line) => !now.includes(line)),
    ...now.filter((line) => !old.includes(line)),
  ];
  const paths = new Set(differing.map((line) => line.slice(0, line.search(/\/? (->|[0-7]+( |$))/))));
  return [
    ...[...paths].filter((path) => !meant.includes(path)).map((path) => `written: ${path}`),
    ...meant.filter((path) => !paths.has(path)).map((path) => `not written: ${path}`),
  ];
}

const withoutTime = (line: string): string => line.replace(/^(.*?\/? [0-7]+) \d+(\.\d+)?( |$)/, '$1 ');

/** Lines of the covering test that the model was told, in all requests; titles of failing tests it may know. */
export function testLinesIn(fake: FakeAnthropic): string[] {
  const told = fake.requests.map(({ body }) => JSON.stringify(body)).join('\n');
  const lines = (FILES[TEST_FILE] ?? '').split('\n').map((line) => line.trim());
  return lines.filter((line) => line.length > 12 && told.includes(JSON.stringify(line).slice(1, -1)));
}

/** Each item with its own copy of the repository; a few at a time: there are two processors, and some waiting. */
export async function forEachCopy<T>(
  till: Place,
  items: readonly T[],
  run: (item: T, place: Place) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const failures: unknown[] = [];
  const work = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const place = copyOf(till);
      await run(item, place)
        .catch((error: unknown) => failures.push(error))
        .finally(place.remove);
    }
  };
  await Promise.all([work(), work(), work()]);
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('\n\n'));
  if (failures.length === 1) throw failures[0];
}
