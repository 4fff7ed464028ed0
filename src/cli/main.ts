import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { defaultTextOf, SETTINGS, type SettingKey } from '../config/settings.ts';
import { EXIT, usageError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { addEval } from './eval-commands.ts';
import { type Flags, given } from './flags.ts';

// Commands are imported when they run: help and errors load commander and the table of settings alone.
export async function main(argv: readonly string[]): Promise<void> {
  const { end, fail, guardProcess } = await import('./end.ts');
  guardProcess(argv);
  await end(await execute(argv).catch((error) => fail(error, argv)));
}

/** Runs one command line and returns its exit code; what the user got wrong is thrown as `ClasswrightError`. */
export async function execute(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.verified;
  const program = programOf((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help is an answer where it was asked for, and a hint where there was no command.
    if (error.code === 'commander.help') return EXIT.usage;
    if (error.exitCode !== 0) throw asUsageError(error);
  }
  return exitCode;
}

function asUsageError(error: CommanderError) {
  const [cause = '', hint] = error.message.split('\n');
  const message = cause.replace(/^error: /, '').replace(/^./, (letter) => letter.toUpperCase());
  const advice = hint?.replace(/^\(|\)$/g, '') ?? 'classwright --help lists commands and flags.';
  return usageError(error.code, `${message.replace(/\.$/, '')}.`, advice);
}

function programOf(setExitCode: (code: number) => void): Command {
  const program = new Command('classwright')
    .description(
      'Writes whole classes into TypeScript repositories and proves them with their own compiler and tests.',
    )
    .version(versionOf())
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .helpCommand(false)
    .enablePositionalOptions()
    .addHelpText('after', `\n${EXIT_CODES}`);

  const generate = program
    .command('generate-class')
    .argument('[ClassName]', 'the class; not needed with --resume')
    .description('write one class from a description, check it and revise it until it is verified')
    .option('--file <path>', 'the one file that may change; new or existing (required)');
  addDescription(generate);
  addRepo(generate);
  generate.option('--replace', 'the class is there already: write it anew (default: off)');
  addSettings(generate, () => true);
  generate
    .addOption(new Option('--json', 'the same as --output-format json'))
    .option(
      '--input <->',
      'beside stream-json: commands for the run, JSON lines on standard input (default: none)',
    )
    .option('--proof <file>', 'leave what was shown, as an in-toto statement for verify (default: none)')
    .option('-r, --resume <id>', 'go on with a session that was cut off (default: a new one)')
    .addHelpText('after', `\n${EXIT_CODES}`)
    .action(async (className: string | undefined, flags: Flags, command: Command) => {
      const { generateClass } = await import('./generate-class.ts');
      setExitCode(await generateClass(className, given(flags, command)));
    });

  const context = program
    .command('context')
    .argument('<ClassName>', 'the class')
    .description('print exactly what the model would get first')
    .option('--file <path>', 'the one file that may change; new or existing (required)');
  addDescription(context);
  addRepo(context);
  context.option('--replace', 'the class is there already: write it anew (default: off)');
  addSettings(context, (key) => CONTEXT_SETTINGS.has(key));
  context
    .option('--json', 'one object (default: off)')
    .action(async (className: string, flags: Flags, command: Command) => {
      const { showContext } = await import('./context.ts');
      setExitCode(await showContext(className, given(flags, command)));
    });

  const doctor = program
    .command('doctor')
    .description('show what Classwright sees of a repository, what is missing and how to mend it')
    .option('--file <path>', 'a file that a class is to go into (default: none)')
    .option('--json', 'one object (default: off)');
  addRepo(doctor);
  doctor.action(async (flags: Flags, command: Command) => {
    const { doctor: run } = await import('./doctor.ts');
    setExitCode(await run(given(flags, command)));
  });

  addCheck(program, setExitCode);
  addMcp(program, setExitCode);
  addVerify(program, setExitCode);

  program
    .command('tool')
    .argument('[args...]')
    .description('run one of the tools that the model has; tool --help lists them')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[]) => {
      const { tool } = await import('./tool.ts');
      setExitCode(await tool(args));
    });

  const config = program
    .command('config')
    .description('print the settings that hold here')
    .option('--origin', 'with where each value comes from (default: off)')
    .option('--json', 'one object (default: off)');
  addRepo(config);
  config.action(async (flags: Flags, command: Command) => {
    const { showConfig } = await import('./config.ts');
    setExitCode(await showConfig(given(flags, command)));
  });

  addEval(program, setExitCode);
  program
    .command('completion')
    .argument('<shell>', 'bash, zsh or fish')
    .description('print a script that completes commands and flags in a shell')
    .action(async (shell: string) => {
      const { completionScript } = await import('./completion.ts');
      process.stdout.write(completionScript(program, shell));
    });
  return program;
}

function addCheck(program: Command, setExitCode: (code: number) => void): void {
  const check = program
    .command('check')
    .argument('[files...]', 'files or folders (default: what changed since the last commit)')
    .description('type-check changed or unsaved code and explain the errors that are new')
    .option('--since <commit>', 'compare with this commit instead (default: HEAD)')
    .option('--staged', 'what would be committed: the index against the last commit (default: off)')
    .option(
      '--stdin',
      'the text on standard input in place of --file, against the file on disk (default: off)',
    )
    .option('--file <path>', 'the file that --stdin is the text of (default: none)')
    .option('--all', 'errors that were there before count too (default: off)')
    .option('--fix', 'mend missing and unused imports and the like in the files (default: off)')
    .option('--watch', 'check again whenever a file changes, until interrupted (default: off)')
    .option('--output-format <format>', 'text, json, sarif or github (default: text)')
    .addOption(new Option('--json', 'the same as --output-format json'));
  addRepo(check);
  check.action(async (files: string[], flags: Flags, command: Command) => {
    const { check: run } = await import('./check.ts');
    setExitCode(await run(files, given(flags, command)));
  });
}

function addMcp(program: Command, setExitCode: (code: number) => void): void {
  const mcp = program
    .command('mcp')
    .description('serve the look-ups, checks and runs to other agents over the Model Context Protocol')
    .option('--http [port]', 'streamable HTTP on 127.0.0.1 with a token (default: standard input and output)')
    .option('--allow-apply', 'let generate_class write a verified class when the client asks (default: off)');
  addRepo(mcp);
  mcp.action(async (flags: Flags, command: Command) => {
    const { mcp: run } = await import('./mcp.ts');
    setExitCode(await run(given(flags, command)));
  });
}

function addVerify(program: Command, setExitCode: (code: number) => void): void {
  const verify = program
    .command('verify')
    .argument('<proof>', 'a file that generate-class --proof wrote')
    .description('show again what a proof claims, on this checkout, and say what has changed since')
    .option('--json', 'one object (default: off)')
    .option('--no-sandbox', 'run tests without the sandbox (default: in it)');
  addRepo(verify);
  verify.action(async (proof: string, flags: Flags, command: Command) => {
    const { verify: run } = await import('./verify.ts');
    setExitCode(await run(proof, given(flags, command)));
  });
}

const CONTEXT_SETTINGS: ReadonlySet<SettingKey> = new Set<SettingKey>([
  'tests',
  'context',
  'require',
  'strategy',
  'model',
  'maxAttempts',
  'maxToolCalls',
  'showTests',
  'sandbox',
  'testCommand',
]);

function addDescription(command: Command): void {
  command
    .option('--describe <text>', 'what the class must do (required, or --describe-file)')
    .option('--describe-file <path>', 'the same from a file, or from standard input with - (default: none)');
}

function addRepo(command: Command): void {
  command
    .option('--repo <dir>', 'folder to work from; also --cwd (default: the current one)')
    .addOption(new Option('--cwd <dir>').hideHelp());
}

function addSettings(command: Command, wanted: (key: SettingKey) => boolean): void {
  for (const setting of SETTINGS) {
    if (!setting.flag || !wanted(setting.key)) continue;
    const option = new Option(setting.flag, `${setting.help} (default: ${defaultTextOf(setting)})`);
    // One value each time it is given: a variadic flag would swallow what stands after it.
    if (setting.kind === 'list')
      option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    command.addOption(option);
  }
}

function versionOf(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

const EXIT_CODES = `Exit codes:
  0    verified (or type-checked under --require types); a declined diff too
  1    not verified within the budget, unclear, or no covering test
  2    usage or configuration
  3    the repository cannot be used as it is
  4    the model cannot be reached, refuses, or has no valid key
  5    checks or sandbox cannot run
  130  interrupted (SIGINT); 143 for SIGTERM`;
