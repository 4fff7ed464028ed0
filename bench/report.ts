import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { GeneratedRepository } from './generate-repository.ts';
import { type Row, type Spread, spread } from './measure.ts';

/** What figures were taken on; without it they say nothing. */
export interface Facts {
  date: string;
  commit: string;
  node: string;
  processor: string;
  cores: number;
  memoryGB: number;
  system: string;
  versions: Record<string, string>;
  repository: GeneratedRepository;
  /** Programs that ran or waited to run, the last minute's mean, before and after. */
  load: [before: number, after: number];
  seconds: number;
}

const Manifest = z.object({ version: z.string() });
const require = createRequire(import.meta.url);

const versionOf = (name: string): string =>
  Manifest.parse(JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8'))).version;

export const packageRoot = join(import.meta.dirname, '..');

export function machineFacts(): Omit<Facts, 'repository' | 'load' | 'seconds'> {
  const [first] = cpus();
  return {
    date: new Date().toISOString(),
    commit: commitOf(),
    node: process.version,
    processor: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    versions: Object.fromEntries(
      ['typescript', 'typescript-5.9', 'ts-morph'].map((name) => [name, versionOf(name)]),
    ),
  };
}

export const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;

function commitOf(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', packageRoot, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
    const changed = git('status', '--porcelain', '--', 'src', 'tools', 'bench') === '' ? '' : ' and changes';
    return git('rev-parse', '--short', 'HEAD') + changed;
  } catch {
    return 'unknown';
  }
}

/** Why figures of the built program would not be those of the sources; undefined where they are. */
export function staleBuild(): string | undefined {
  const built = statSync(join(packageRoot, 'dist/bench/main.js'), { throwIfNoEntry: false });
  if (!built) return 'The program is not built: run `npm run build` first.';
  const newest = Math.max(
    ...['src', 'tools', 'bench'].flatMap((folder) =>
      readdirSync(join(packageRoot, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
        .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
    ),
  );
  return newest > built.mtimeMs
    ? 'dist is older than the sources: cold start and --help are those of an earlier build (`npm run build`).'
    : undefined;
}

const figure = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const amount = (value: number, unit: Row['unit']): string =>
  unit === 'MB'
    ? `${value.toFixed(0)} MB`
    : value < 1
      ? `${(value * 1000).toFixed(1)} ms`
      : `${value.toFixed(2)} s`;

const range = ({ min, median, max }: Spread): string => `${figure(median)} (${figure(min)}–${figure(max)})`;

function targetText({ target, met }: Row): string {
  if (!target) return '';
  const limit = 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
  return `${limit} ${met ? 'met' : 'MISSED'}`;
}

/** One line per row, and below it what the ratio was made of. */
export function tableText(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ what }) => what.length));
  return rows
    .flatMap((row) => {
      const side = ({ name, values }: Row['over']) => `${name} ${amount(spread(values).median, row.unit)}`;
      return [
        `${row.what.padEnd(width)}  ${range(row.ratio).padEnd(22)} ${targetText(row)}`.trimEnd(),
        `  ${side(row.over)} : ${side(row.under)}; ${row.over.values.length} rounds, of minima ${figure(row.ratioOfMinima)}`,
      ];
    })
    .join('\n');
}
