import { type GenerateOptions, loadConfig } from '../config/config.ts';
import { usageError } from '../errors.ts';
import { checkClassName } from '../repository/class-name.ts';
import { terminalOf } from '../terminal.ts';
import { readDescription } from './description.ts';
import { drive, nodeProcess } from './drive.ts';
import { type Flags, folderOf, settingFlags, textOf } from './flags.ts';

/** `classwright generate-class`: returns the exit code. */
export async function generateClass(className: string | undefined, flags: Flags): Promise<number> {
  const options = await generateOptions(className, flags);
  const { startRun } = await import('../run-task.ts');
  return drive(() => startRun(options), options, nodeProcess());
}

/** Flags, variables and files taken together; fails on whatever contradicts itself or is missing. */
export async function generateOptions(className: string | undefined, flags: Flags): Promise<GenerateOptions> {
  const cwd = folderOf(flags);
  const { config, explicit } = loadConfig({ cwd, env: process.env, flags: settingFlags(flags) });
  const request = await requestOf(className, flags);
  const readsInput = flags.describeFile === '-';
  const interactive =
    !readsInput && config.outputFormat === 'text' && terminalOf(process, process.env).interactive;
  if (flags.ask && !interactive)
    throw usageError(
      'cannot-ask',
      '--ask needs a terminal to ask in.',
      'Leave it out, or run in a terminal with --output-format text and the description from a file.',
    );
  return { ...config, ask: config.ask && interactive, request, cwd, explicit, interactive };
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
