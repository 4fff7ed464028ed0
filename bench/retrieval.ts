import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { removeClass } from '../src/language/typescript/syntax.ts';
import type { ContextPiece } from '../src/loop/events.ts';
import type { Task } from '../src/loop/task.ts';
import { inspectRepository, listFiles, openRepository } from '../src/repository/repository.ts';
import { CONTEXT_TOKENS } from '../src/retrieve/retrieve.ts';
import { openWorkbench } from '../src/workbench/open-workbench.ts';
import { seeded } from './random.ts';
import {
  candidates,
  describe,
  isTestFile,
  type Subject,
  type Telling,
  type Used,
  usedDeclarations,
} from './retrieval-classes.ts';
import { rankedWindows } from './retrieval-windows.ts';

/**
 * How much of what a class used is in the first prompt. Each class is taken out of a copy of its repository and
 * described by its own documentation and its public members; then the real retrieval runs, and the same token
 * budget is filled with the best windows of lines. Nothing of the repository is run.
 */

const { values } = parseArgs({
  options: {
    repo: { type: 'string' },
    file: { type: 'string', multiple: true, default: [] },
    class: { type: 'string', multiple: true, default: [] },
    under: { type: 'string', default: '' },
    draw: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    describe: { type: 'string', default: 'signatures' },
    missing: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

interface Measured extends Subject {
  used: number;
  found: number;
  windows: number;
  tokens: number;
  seconds: number;
  missing: string[];
}

/** The repository's files without the installed packages, which are linked. */
async function copyOf(root: string): Promise<string> {
  const repository = await inspectRepository({ cwd: root, targetFile: join(root, 'package.json') });
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'retrieval-')));
  for (const file of await listFiles(repository)) {
    if (!existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file), { verbatimSymlinks: true });
  }
  for (const { dir } of repository.packages) {
    const installed = join(dir, 'node_modules');
    if (existsSync(join(root, installed))) symlinkSync(join(root, installed), join(copy, installed));
  }
  return copy;
}

const declares = (text: string, name: string): boolean =>
  new RegExp(
    `\\b(?:class|interface|type|enum|function\\*?|const|let|var|namespace)\\s+${name.replaceAll('$', '\\$')}(?![\\w$])`,
  ).test(text);

function isFound(
  { name, file, line, header }: Used,
  target: string,
  pieces: readonly ContextPiece[],
): boolean {
  return pieces.some((piece) => {
    if (piece.path !== file) return false;
    if (file === target) return piece.text.includes(header);
    return piece.startLine <= line && line <= piece.endLine && declares(piece.text, name);
  });
}

async function measure(
  root: string,
  subject: Subject,
  packages: ReadonlySet<string>,
  telling: Telling,
): Promise<Measured> {
  const { file, className } = subject;
  const path = join(root, file);
  const text = readFileSync(path, 'utf8');
  const used = await usedDeclarations(root, subject, packages);
  const description = describe(text, subject, telling);
  const rest = removeClass(text, file, className);
  if (rest.trim() === '') rmSync(path);
  else writeFileSync(path, rest);
  const task: Task = {
    className,
    file,
    description,
    form: rest.trim() === '' ? 'new-file' : 'new-class',
    tests: [],
    context: [],
    require: 'types',
    requireLint: false,
    showTests: false,
    ask: false,
    strategy: 'rrr',
  };
  const repository = await openRepository({ cwd: root, targetFile: path });
  const bench = openWorkbench({ repository, task, sandbox: 'none', testTimeoutMs: 1000 });
  const { signal } = new AbortController();
  try {
    for await (const _ of bench.understand(signal));
    const start = performance.now();
    const { pieces, tokens } = await bench.retrieve(signal);
    const seconds = (performance.now() - start) / 1000;
    const sources = (await listFiles(repository)).filter(
      (f) => /\.[cm]?tsx?$/.test(f) && !isTestFile(f) && existsSync(join(root, f)),
    );
    const windows = rankedWindows(root, sources, `${className}\n${description}`, CONTEXT_TOKENS);
    const missing = used.filter((one) => !isFound(one, file, pieces));
    return {
      ...subject,
      used: used.length,
      found: used.length - missing.length,
      windows: used.filter((one) => isFound(one, file, windows)).length,
      tokens,
      seconds,
      missing: missing.map((one) => `${one.name} (${one.file}:${one.line})`),
    };
  } finally {
    await bench.close();
    writeFileSync(path, text);
  }
}

const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(0)} %`;
const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / Math.max(1, numbers.length);

async function main(): Promise<void> {
  if (!values.repo)
    throw new Error('usage: node bench/retrieval.ts --repo <dir> [--file <path> --class <name>]…');
  const root = realpathSync(resolve(values.repo));
  const telling: Telling = values.describe === 'names' ? 'names' : 'signatures';
  const copy = await copyOf(root);
  try {
    const repository = await inspectRepository({ cwd: copy, targetFile: join(copy, 'package.json') });
    const files = (await listFiles(repository)).filter((file) => file.startsWith(values.under));
    const packages = new Set(repository.packages.flatMap(({ name }) => (name === undefined ? [] : [name])));
    const all = candidates(copy, files, packages);
    const named = values.class.map((className, i) => ({ className, file: values.file[i] ?? '' }));
    const random = seeded(Number(values.seed));
    const pool = [...all];
    const drawn = Array.from({ length: Math.min(Number(values.draw), pool.length) }, () =>
      pool.splice(random.below(pool.length), 1),
    ).flat();
    const results: Measured[] = [];
    for (const subject of named.length > 0 ? named : drawn) {
      const one = await measure(copy, subject, packages, telling);
      results.push(one);
      if (values.json) continue;
      const line = [
        percent(one.found, one.used),
        `(${one.found}/${one.used})`,
        `rag ${percent(one.windows, one.used)}`,
      ];
      process.stdout.write(
        `${line.join(' ').padEnd(28)} ${String(one.tokens).padStart(5)} tokens ${one.seconds.toFixed(2)} s  ${one.className} ${one.file}\n`,
      );
      if (values.missing && one.missing.length > 0)
        process.stdout.write(`    missing: ${one.missing.join(', ')}\n`);
    }
    const summary = {
      repo: values.repo,
      describe: telling,
      seed: Number(values.seed),
      classes: results.length,
      of: all.length,
      recall: mean(results.map((r) => r.found / Math.max(1, r.used))),
      symbols: {
        used: results.reduce((n, r) => n + r.used, 0),
        found: results.reduce((n, r) => n + r.found, 0),
      },
      rag: mean(results.map((r) => r.windows / Math.max(1, r.used))),
      slowest: Math.max(...results.map((r) => r.seconds)),
    };
    if (values.json) process.stdout.write(`${JSON.stringify({ ...summary, results }, null, 2)}\n`);
    else
      process.stdout.write(
        `mean recall ${percent(summary.recall, 1)} of ${results.length} classes (of ${all.length} that qualify), rag ${percent(summary.rag, 1)}, slowest ${summary.slowest.toFixed(2)} s\n`,
      );
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

await main();
