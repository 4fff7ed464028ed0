import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { importedFile, NOT_RUNNABLE } from '../../../evals/import/imported.ts';
import { readRepoClassBench } from '../../../evals/import/repoclassbench.ts';
import { EXIT, usageError } from '../../errors.ts';
import { plural } from '../../report/format.ts';
import { jsonLine, oneLine } from '../../sanitize.ts';
import { type Flags, textOf } from '../flags.ts';
import { put } from './results.ts';

/** `classwright eval import`: tasks of another benchmark, kept for `eval list`. */
export async function evalImport(format: string, path: string, flags: Flags): Promise<number> {
  if (format !== 'repoclassbench')
    throw usageError('unknown-format', `There is no format "${format}".`, 'Give repoclassbench.');
  const suite = readRepoClassBench(path);
  const file = textOf(flags, 'out') ?? importedFile(format);
  await mkdir(dirname(file), { recursive: true });
  await put(`${JSON.stringify(suite, undefined, 1)}\n`, file);
  if (flags.json) {
    process.stdout.write(jsonLine({ schemaVersion: 1, file, runnable: false, tasks: suite.tasks }));
    return EXIT.verified;
  }
  const byRepository = Map.groupBy(suite.tasks, ({ language, repository }) => `${language}  ${repository}`);
  const lines = [...byRepository].map(([name, tasks]) => `${oneLine(name)}: ${plural(tasks.length, 'task')}`);
  process.stdout.write(
    `${lines.join('\n')}\n\n${plural(suite.tasks.length, 'task')} in ${file}\n${NOT_RUNNABLE}\n`,
  );
  return EXIT.verified;
}
