import type { PackageInfo } from '../../../repository/repository.ts';

/** One command of a package script, read as syntax. */
export interface ScriptCommand {
  script: string;
  env: Record<string, string>;
  /** Name without path and extension: `vitest`, `node`. */
  program: string;
  args: string[];
}

const SEPARATORS = new Set(['&&', '||', ';', '|', '&', '\n']);

/** Words and separators of a shell line; no variables, no substitutions: they stay as they are written. */
function words(line: string): string[] {
  const found: string[] = [];
  for (const [token] of line.matchAll(/&&|\|\||[;|&\n]|(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s;|&"'])+/g))
    found.push(
      SEPARATORS.has(token)
        ? token
        : token.replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'/g, (_, double?: string, single?: string) =>
            double === undefined ? (single ?? '') : double.replaceAll(/\\(.)/g, '$1'),
          ),
    );
  return found;
}

const baseName = (path: string) => path.replace(/^.*[\\/]/, '').replace(/\.(?:[cm]?js|cmd|exe)$/, '');

/** Programs that start the one named after them: how many words of theirs come first. */
function unwrap(command: string[]): string[] {
  const [first = '', second = ''] = command;
  const program = baseName(first);
  if (
    ['cross-env', 'cross-env-shell', 'npx', 'bunx', 'c8', 'nyc', 'env', 'dotenv', 'time'].includes(program)
  ) {
    const start = command.findIndex((word, index) => index > 0 && (!word.startsWith('-') || word === '--'));
    return start < 0 ? [] : command.slice(command[start] === '--' ? start + 1 : start);
  }
  if (['pnpm', 'yarn', 'npm'].includes(program) && ['exec', 'x', 'dlx'].includes(second))
    return command.slice(command[2] === '--' ? 3 : 2);
  if (['pnpm', 'yarn'].includes(program) && !['run', 'test', 'install', '-r', ''].includes(second))
    return command.slice(1);
  return command;
}

/** Runners that are started through `node path/to/them`. */
const BY_PATH: Record<string, string> = { vitest: 'vitest', jest: 'jest', mocha: 'mocha', _mocha: 'mocha' };

function readCommand(script: string, line: string[]): ScriptCommand | undefined {
  const env: Record<string, string> = {};
  let rest = line;
  for (;;) {
    const assignment = rest[0]?.match(/^([A-Za-z_]\w*)=(.*)$/s);
    if (assignment?.[1] !== undefined) {
      env[assignment[1]] = assignment[2] ?? '';
      rest = rest.slice(1);
      continue;
    }
    const inner = unwrap(rest);
    if (inner === rest) break;
    rest = inner;
  }
  const [first, ...args] = rest;
  if (first === undefined) return undefined;
  const program = baseName(first);
  const started =
    program === 'node' ? args.findIndex((arg) => BY_PATH[baseName(arg)] && /[\\/]/.test(arg)) : -1;
  if (started < 0) return { script, env, program, args };
  const name = BY_PATH[baseName(args[started] ?? '')] ?? program;
  const nodeOptions = args.slice(0, started).filter((arg) => arg.startsWith('-'));
  if (nodeOptions.length > 0) env.NODE_OPTIONS = [env.NODE_OPTIONS ?? '', ...nodeOptions].join(' ').trim();
  return { script, env, program: name, args: args.slice(started + 1) };
}

/** The commands of all scripts that have to do with tests, those of `test` first. */
export function testCommands(scripts: PackageInfo['manifest']['scripts']): ScriptCommand[] {
  const rank = (name: string) =>
    name === 'test' ? 0 : /^(?:test[:.-])?unit/.test(name) ? 1 : /^test/.test(name) ? 2 : 3;
  const names = Object.keys(scripts).filter((name) => rank(name) < 3 || /test|unit|spec/.test(name));
  const commands: ScriptCommand[] = [];
  for (const script of names.sort((a, b) => rank(a) - rank(b))) {
    let line: string[] = [];
    for (const word of [...words(scripts[script] ?? ''), ';']) {
      if (!SEPARATORS.has(word)) line.push(word);
      else {
        const command = readCommand(script, line);
        if (command) commands.push(command);
        line = [];
      }
    }
  }
  return commands;
}

/** How an option takes its value; one that ends in `*` stands for all that begin so. */
export type OptionTable = Readonly<Record<string, 'value' | 'switch' | 'skip-value'>>;

/**
 * The options of `args` that a table knows, as `--name=value` or `-n value` again, and the words that are no
 * option. Options outside the table are dropped: reporters, watch modes, coverage.
 */
export function knownOptions(
  args: readonly string[],
  table: OptionTable,
): { options: string[]; positionals: string[]; value(...names: string[]): string | undefined } {
  const options: string[] = [];
  const positionals: string[] = [];
  const values: Record<string, string> = {};
  const patterns = Object.keys(table).filter((key) => key.endsWith('*'));
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (!arg.startsWith('-') || arg === '-') {
      positionals.push(arg);
      continue;
    }
    const equals = arg.indexOf('=');
    const name = equals < 0 ? arg : arg.slice(0, equals);
    const pattern = patterns.find((key) => name.startsWith(key.slice(0, -1)));
    const kind = table[name] ?? (pattern === undefined ? undefined : table[pattern]);
    if (kind === undefined) continue;
    if (equals >= 0 || kind === 'switch') {
      if (kind !== 'skip-value') options.push(arg);
      if (equals >= 0) values[name] = arg.slice(equals + 1);
      continue;
    }
    const value = args[++at];
    if (value === undefined || kind === 'skip-value') continue;
    values[name] = value;
    options.push(name, value);
  }
  return {
    options,
    positionals,
    value: (...names) => names.map((name) => values[name]).find((value) => value !== undefined),
  };
}
