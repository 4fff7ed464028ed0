import { readImported } from '../../../evals/import/imported.ts';
import { loadSuite } from '../../../evals/task/load.ts';
import { EXIT } from '../../errors.ts';
import { jsonLine, plainText } from '../../sanitize.ts';
import type { Flags } from '../flags.ts';

/** `classwright eval list`: the tasks of a suite, a line each; with `--json` one object. */
export async function evalList(suite = 'sample', flags: Flags): Promise<number> {
  const imported = readImported(suite);
  if (imported) return (await import('./list-imported.ts')).listImported(suite, imported, flags);
  const tasks = loadSuite(suite).map(({ task }) => ({
    id: task.id,
    suite,
    repo: task.source.kind === 'local' ? task.source.path : task.source.name,
    file: task.file,
    className: task.className,
    level: task.level,
    accepted: task.acceptance !== undefined,
    counts: {
      lines: task.reference.lines,
      members: task.reference.members,
      symbols: task.reference.symbols.length,
      visible: task.visible.flatMap(({ ids }) => ids).length,
      heldOut: task.heldOut.flatMap(({ ids }) => ids).length,
    },
  }));
  if (flags.json) {
    process.stdout.write(jsonLine({ schemaVersion: 1, suite, tasks }));
    return EXIT.verified;
  }
  const head = ['task', 'level', 'lines', 'members', 'symbols', 'visible', 'held-out', 'accepted'];
  const rows = tasks.map(({ id, level, counts, accepted }) => [
    plainText(id),
    level,
    ...[counts.lines, counts.members, counts.symbols, counts.visible, counts.heldOut].map(String),
    accepted ? 'yes' : 'no',
  ]);
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  const many = `${tasks.length} task${tasks.length === 1 ? '' : 's'} in ${suite}`;
  process.stdout.write(`${[line(head), ...rows.map(line)].map((l) => l.trimEnd()).join('\n')}\n\n${many}\n`);
  return EXIT.verified;
}
