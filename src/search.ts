import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, posix } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import picomatch from 'picomatch';
import { ripGrep } from 'ripgrep-js';
import { z } from 'zod';
import { checksError, usageError } from './errors.ts';
import { runProcess } from './process.ts';

export interface SearchMatch {
  file: string;
  /** 1-based. */
  line: number;
  /** The whole line, without its line end. */
  text: string;
}

export interface SearchOptions {
  /** Take the pattern literally instead of as a regular expression (Rust syntax). */
  fixed?: boolean;
  /** Gitignore-like: without a slash it matches file names at any depth. */
  glob?: string;
  ignoreCase?: boolean;
  limit?: number;
  /** Text to search in place of (or besides) what is on disk: the candidate. */
  overlay?: { file: string; text: string };
  signal?: AbortSignal;
}

export interface SearchResult {
  matches: SearchMatch[];
  /** False where the limit, the size limit or an over-long line left something out. */
  complete: boolean;
  /** Matches left out because their files are withheld. */
  withheld: number;
}

/** Text and file search in a repository: ignored, hidden and binary files and node_modules are left out. */
export interface Search {
  text(pattern: string, options?: SearchOptions): Promise<SearchResult>;
  files(
    glob?: string,
    options?: { limit?: number; signal?: AbortSignal },
  ): Promise<{ files: string[]; complete: boolean; withheld: number }>;
  /** All files that hold `word`, as a whole word unless `isPart`; the withheld ones left out. */
  filesWith(word: string, options?: { isPart?: boolean; signal?: AbortSignal }): Promise<string[]>;
}

const DEFAULT_LIMIT = 100;

/**
 * ripgrep-js pastes its input unquoted into a shell command and reads at most 1 MB, failing outside of its
 * promise on a line that was cut. So the command line is a constant: pattern, globs and limits reach ripgrep
 * through its configuration file, and awk passes whole lines within the size limit. awk's status 2 keeps an
 * error of ripgrep an error; a match without data says that something was left out.
 */
export const SHELL_TAIL = `./ --no-fixed-strings | awk '
/"type":"summary"/ { whole = 1; next }
index($0, "{\\"type\\":\\"match\\"") != 1 { next }
length($0) > 8000 { left = 1; next }
(size += length($0) + 1) > 900000 { left = 1; whole = 1; exit }
{ print }
END { if (left) print "{\\"type\\":\\"match\\",\\"data\\":null}"; if (!whole) exit 2 }'`;

const RipgrepMatch = z.object({
  path: z.object({ text: z.string() }),
  lines: z.object({ text: z.string() }),
  line_number: z.number(),
});

/** @param root absolute folder; nothing above it is read. */
export function openSearch(root: string, isWithheld: (file: string) => boolean): Search {
  return {
    async text(pattern, options = {}) {
      const limit = options.limit ?? DEFAULT_LIMIT;
      if (pattern === '' || /[\n\0]/.test(pattern))
        throw usageError(
          'search-pattern',
          'the pattern must be one non-empty line',
          'Search for one line at a time.',
        );
      const expression = options.fixed ? escapeExpression(pattern) : pattern;
      return withConfiguration(options.glob, async (dir, configuration) => {
        // One submatch a line, however often the pattern matches in it: keeps the output proportional to the lines.
        await writeFile(join(dir, 'pattern'), `(?:${expression}).*\n`);
        configuration.push(`--file=${join(dir, 'pattern')}`, `--max-count=${limit + 1}`);
        if (options.ignoreCase) configuration.push('--ignore-case');
        await writeFile(join(dir, 'config'), `${configuration.join('\n')}\n`);
        const found = await grep(root, join(dir, 'config'), options.signal);
        const { overlay } = options;
        if (overlay) {
          const path = join(dir, 'overlay', overlay.file);
          await mkdir(dirname(path), { recursive: true });
          await writeFile(path, overlay.text);
          const inOverlay = await grep(join(dir, 'overlay'), join(dir, 'config'), options.signal);
          found.matches = [
            ...inOverlay.matches,
            ...found.matches.filter((match) => match.file !== overlay.file),
          ];
          found.complete &&= inOverlay.complete;
        }
        const wanted = found.matches.filter((match) => matchesGlob(options.glob, match.file));
        const shown = wanted.filter((match) => !isWithheld(match.file));
        return {
          matches: shown.slice(0, limit),
          complete: found.complete && shown.length <= limit,
          withheld: wanted.length - shown.length,
        };
      });
    },

    async files(glob, options = {}) {
      const limit = options.limit ?? DEFAULT_LIMIT;
      return withConfiguration(glob, async (dir, configuration) => {
        const { listed, complete } = await listing(root, dir, configuration, ['--files'], options.signal);
        const wanted = listed.filter((file) => matchesGlob(glob, file));
        const shown = wanted.filter((file) => !isWithheld(file));
        return {
          files: shown.slice(0, limit),
          complete: complete && shown.length <= limit,
          withheld: wanted.length - shown.length,
        };
      });
    },

    async filesWith(word, { isPart = false, signal } = {}) {
      return withConfiguration(undefined, async (dir, configuration) => {
        const whole = isPart ? ['--ignore-case'] : ['--word-regexp'];
        const args = ['--files-with-matches', '--fixed-strings', ...whole, '-e', word, './'];
        const { listed } = await listing(root, dir, configuration, args, signal);
        return listed.filter((file) => !isWithheld(file));
      });
    },
  };
}

/** ripgrep itself, for what ripgrep-js cannot ask: an argument array, no shell. */
async function listing(
  root: string,
  dir: string,
  configuration: readonly string[],
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ listed: string[]; complete: boolean }> {
  await writeFile(join(dir, 'config'), `${configuration.join('\n')}\n`);
  const result = await runProcess([rgPath, '--null', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', RIPGREP_CONFIG_PATH: join(dir, 'config') },
    timeoutMs: 30_000,
    maxOutputBytes: 20_000_000,
    ...(signal ? { signal } : {}),
  });
  signal?.throwIfAborted();
  if (result.spawnError !== undefined)
    throw checksError(
      'no-ripgrep',
      `ripgrep cannot be started: ${result.spawnError}`,
      'Install Classwright again with its optional dependencies.',
    );
  return {
    listed: result.stdout.split('\0').slice(0, -1).map(posix.normalize),
    complete: result.killedBy === undefined,
  };
}

async function withConfiguration<T>(
  glob: string | undefined,
  use: (dir: string, configuration: string[]) => Promise<T>,
): Promise<T> {
  if (glob !== undefined && /[\n\0]/.test(glob))
    throw usageError('search-glob', 'the glob must be one line', 'Use a glob such as `src/**/*.ts`.');
  const dir = await mkdtemp(join(tmpdir(), 'classwright-search-'));
  try {
    // As a list of what to ignore, which never brings back what the repository itself ignores; `--glob` would.
    const only = glob === undefined || glob.startsWith('!') ? [] : ['*', '!*/', `!${glob}`, `!${glob}/**`];
    await writeFile(join(dir, 'ignore'), `${[...only, '.*', 'node_modules'].join('\n')}\n`);
    return await use(dir, [
      '--sort=path',
      '--max-filesize=1M',
      '--no-ignore-global',
      '--no-ignore-parent',
      '--no-require-git',
      '--no-messages',
      `--ignore-file=${join(dir, 'ignore')}`,
    ]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function grep(cwd: string, configuration: string, signal: AbortSignal | undefined) {
  signal?.throwIfAborted();
  const environment = {
    PATH: `${dirname(rgPath)}${delimiter}${process.env.PATH ?? ''}`,
    RIPGREP_CONFIG_PATH: configuration,
    LC_ALL: 'C',
  };
  let lines: unknown[];
  try {
    lines = await untilAborted(
      withEnvironment(environment, () => ripGrep(cwd, { string: SHELL_TAIL })),
      signal,
    );
  } catch (error) {
    const stderr = z.object({ stderr: z.string() }).safeParse(error);
    if (!stderr.success) throw error;
    const cause = /error: (.+)/.exec(stderr.data.stderr)?.[1] ?? stderr.data.stderr.trim().split('\n').at(-1);
    throw usageError(
      'search-pattern',
      `not a valid regular expression: ${cause}`,
      'Set `fixed` to search for literal text, or escape the special characters.',
    );
  }
  const matches: SearchMatch[] = [];
  let complete = true;
  for (const line of lines) {
    const match = RipgrepMatch.safeParse(line);
    if (!match.success) complete = false;
    else
      matches.push({
        file: posix.normalize(match.data.path.text),
        line: match.data.line_number,
        text: match.data.lines.text.replace(/\r?\n$/, ''),
      });
  }
  return { matches, complete };
}

/** The child copies the environment while it is being started, so it is back before anything else runs. */
function withEnvironment<T>(environment: Record<string, string>, start: () => T): T {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  try {
    return start();
  } finally {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function matchesGlob(glob: string | undefined, file: string): boolean {
  if (glob === undefined) return true;
  const bare = glob
    .replace(/^!/, '')
    .replace(/^\.?\//, '')
    .replace(/\/$/, '');
  const options = { basename: !bare.includes('/'), dot: true };
  const matches = picomatch.isMatch(file, bare, options) || picomatch.isMatch(file, `${bare}/**`);
  return glob.startsWith('!') ? !matches : matches;
}

const escapeExpression = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$#&\-~]/g, '\\$&');
