import { type ImportedSuite, NOT_RUNNABLE } from '../../../evals/import/imported.ts';
import { EXIT } from '../../errors.ts';
import { jsonLine, oneLine } from '../../sanitize.ts';
import type { Flags } from '../flags.ts';

/** The tasks of an imported benchmark: what they are about, and that they cannot be run. */
export function listImported(name: string, { tasks }: ImportedSuite, flags: Flags): number {
  const listed = tasks.map(({ id, language, repository, file, className, tests }) => ({
    ...{ id, suite: name, language, repo: repository, file, className },
    counts: { tests: tests.length },
  }));
  if (flags.json) {
    process.stdout.write(jsonLine({ schemaVersion: 1, suite: name, runnable: false, tasks: listed }));
    return EXIT.verified;
  }
  const rows = listed.map(({ id, language, repo, className, file }) =>
    [id, language, repo, className, file].map(oneLine),
  );
  const head = ['task', 'language', 'repository', 'class', 'file'];
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  process.stdout.write(`${lines.join('\n')}\n\n${tasks.length} tasks in ${name}\n${NOT_RUNNABLE}\n`);
  return EXIT.verified;
}
