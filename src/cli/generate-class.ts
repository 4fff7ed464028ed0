import { resolve } from 'node:path';
import { type GenerateOptions, loadConfig } from '../config/config.ts';
import { usageError } from '../errors.ts';
import { checkClassName } from '../repository/class-name.ts';
import type { StartedRun } from '../run-task.ts';
import { terminalOf } from '../terminal.ts';
import { readDescription } from './description.ts';
import { drive, nodeProcess } from './drive.ts';
import { type Flags, folderOf, settingFlags, textOf } from './flags.ts';

/** `classwright generate-class`: returns the exit code. */
export async function generateClass(className: string | undefined, flags: Flags): Promise<number> {
  const options = await generateOptions(className, flags);
  const { startRun } = await import('../run-task.ts');
  const proof = textOf(flags, 'proof');
  const start =
    proof === undefined
      ? () => startRun(options)
      : async () => proven(await startRun(options), resolve(proof));
  return drive(start, options, nodeProcess());
}

/** The same run, whose proof is written before its result is told. */
function proven(run: StartedRun, path: string): StartedRun {
  async function* events(): StartedRun['events'] {
    const seen = [...run.history];
    for await (const event of run.events) {
      seen.push(event);
      if (event.type === 'result') {
        const { proofOf, writeProof } = await import('../proof/statement.ts');
        const proof = await proofOf(seen);
        if (proof) await writeProof(path, proof);
      }
      yield event;
    }
  }
  return { ...run, events: events() };
}

/** Flags, variables and files taken together; fails on whatever contradicts itself or is missing. */
export async function generateOptions(className: string | undefined, flags: Flags): Promise<GenerateOptions> {
  const cwd = folderOf(flags);
  const { config, explicit } = loadConfig({ cwd, env: process.env, flags: settingFlags(flags) });
  const commandInput = takesCommands(flags, config.outputFormat);
  const request = await requestOf(className, flags);
  const readsInput = commandInput || flags.describeFile === '-';
  const interactive =
    !readsInput && config.outputFormat === 'text' && terminalOf(process, process.env).interactive;
  if (flags.ask && !interactive && !commandInput)
    throw usageError(
      'cannot-ask',
      '--ask needs a terminal to ask in, or --input -.',
      'Leave it out, or run in a terminal with --output-format text and the description from a file.',
    );
  const ask = config.ask && (interactive || commandInput);
  return { ...config, ask, request, cwd, explicit, interactive, commandInput };
}

/** Whether `--input -` asks for commands on standard input. */
function takesCommands(flags: Flags, format: GenerateOptions['outputFormat']): boolean {
  const input = textOf(flags, 'input');
  if (input === undefined) return false;
  if (input !== '-')
    throw usageError(
      'no-input',
      `--input ${input} is nothing that commands can come from.`,
      'Give --input - and write commands to standard input.',
    );
  if (flags.describeFile === '-')
    throw usageError(
      'two-inputs',
      '--input - and --describe-file - both read standard input.',
      'Give the description with --describe or from a file.',
    );
  if (format !== 'stream-json')
    throw usageError(
      'input-without-stream',
      '--input - answers the events of a run, which only stream-json shows.',
      'Add --output-format stream-json.',
    );
  return true;
}

async function requestOf(className: string | undefined, flags: Flags): Promise<GenerateOptions['request']> {
  const session = textOf(flags, 'resume');
  if (session !== undefined) {
    const extra = ['file', 'describe', 'describeFile', 'replace'].find((name) => flags[name] !== undefined);
    if (className !== undefined || extra !== undefined)
      throw usageError(
        'resume-with-task',
        'A resumed session knows its class, file and description.',
        'Give limits and -r <id> alone.',
      );
    return { kind: 'resume', session };
  }
  if (className === undefined)
    throw usageError(
      'no-class-name',
      'There is no class name.',
      'classwright generate-class <ClassName> --file <path> --describe <text>',
    );
  checkClassName(className);
  const file = textOf(flags, 'file');
  if (!file) throw usageError('no-file', 'There is no file for the class.', 'Name it with --file <path>.');
  return {
    kind: 'new',
    className,
    file,
    replace: flags.replace === true,
    description: await readDescription(flags, process.stdin),
  };
}
