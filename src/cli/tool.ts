import { allTools, parseToolInput, toolNamed } from '../../tools/index.ts';
import type { Tool } from '../../tools/tool.ts';
import { usageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { cut } from '../report/format.ts';
import { jsonLine, showHidden } from '../sanitize.ts';
import { argumentsOf, fieldsOf } from './tool-arguments.ts';

/** `classwright tool <name> …`: one tool, run as the model would run it. Returns the exit code. */
export async function tool(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h') {
    process.stdout.write(listText(process.stdout.columns || Number.POSITIVE_INFINITY));
    return name === undefined ? 2 : 0;
  }
  const found = toolNamed(name);
  if (!found) {
    const near = nearest(
      name,
      allTools.map((one) => one.name),
    );
    throw usageError(
      'unknown-tool',
      `There is no tool "${name}".`,
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'classwright tool --help lists them.',
    );
  }
  const { own, raw } = argumentsOf(found, rest);
  if (own.help) {
    process.stdout.write(helpText(found));
    return 0;
  }
  const parsed = parseToolInput(found, raw);
  if ('error' in parsed)
    throw usageError(
      'bad-tool-input',
      parsed.error.split('\n')[0] ?? '',
      `classwright tool ${found.name} --help`,
    );
  const { runByHand } = await import('./tool-run.ts');
  const result = await runByHand(found, parsed.input, own);
  process.stdout.write(own.json ? jsonLine({ tool: found.name, ...result }) : `${showHidden(result.text)}\n`);
  return result.isError ? 1 : 0;
}

const firstSentence = (text: string): string => text.split(/(?<=[^A-Z]\.)\s|\n/)[0] ?? text;

/** What only the loop can do: these mean something to a run alone. */
const OF_A_RUN = new Set(['reflect', 'ask']);

const nameOf = (flag: string): string => flag.split(' ')[0] ?? flag;

function listText(width: number): string {
  const tools = allTools.filter((one) => !OF_A_RUN.has(one.name));
  const wide = Math.max(...tools.map((one) => one.name.length));
  return [
    'Usage: classwright tool <name> [arguments] [--file <path>]',
    '',
    'Runs one of the tools that the model has, on the repository here:',
    ...tools.map((one) => cut(`  ${one.name.padEnd(wide)}  ${firstSentence(one.description)}`, width)),
    '',
    'classwright tool <name> --help shows its arguments.',
    '',
  ].join('\n');
}

function helpText(found: Tool): string {
  const fields = fieldsOf(found);
  const [main] = fields;
  const rows: [string, string][] = [
    ...fields.map(({ flag, type, required, description }): [string, string] => [
      type === 'boolean' ? `--${flag}` : `--${flag} <${type}>`,
      `${description}${required ? ' (required)' : ''}`,
    ]),
    ['--file <path>', 'the file that counts as the target (default: any source of the package)'],
    ['--class-name <name>', "the class that the target is about (default: the file's name)"],
    ['--input <file|->', 'the whole input as a JSON object (default: none)'],
    ['--repo <dir>', 'folder to work from; also --cwd (default: the current one)'],
    ['--tests <glob>', 'covering tests; repeatable (default: found from the module graph)'],
    ['--show-tests', 'let the tool see the covering tests (default: off)'],
    ['--no-sandbox', "run the repository's code without bubblewrap (default: sandboxed)"],
    ['--json', 'one object (default: off)'],
  ];
  const unique = rows.filter(
    ([flag], at) => rows.findIndex(([other]) => nameOf(other) === nameOf(flag)) === at,
  );
  const wide = Math.max(...unique.map(([flag]) => flag.length));
  return [
    `Usage: classwright tool ${found.name}${main ? ` [${main.key}]` : ''} [arguments]`,
    '',
    found.description,
    '',
    ...unique.map(([flag, text]) => `  ${flag.padEnd(wide)}  ${text}`),
    '',
  ].join('\n');
}
