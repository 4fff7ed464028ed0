import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { usageError } from '../../src/errors.ts';
import { stateDir } from '../../src/paths.ts';

/** Tasks of another benchmark: to be listed and inspected, never run. The reference itself is not kept. */
export const ImportedTask = z.strictObject({
  /** Unique in its suite: `java/12`. */
  id: z.string(),
  language: z.enum(['java', 'python', 'csharp']),
  repository: z.string(),
  commit: z.string().optional(),
  file: z.string(),
  className: z.string(),
  descriptions: z.strictObject({ detailed: z.string(), sketchy: z.string() }),
  /** Tests that score it, as the benchmark names them. */
  tests: z.array(z.string()),
  /** Non-blank lines of the reference, where the benchmark has it. */
  referenceLines: z.number().optional(),
});
export type ImportedTask = z.infer<typeof ImportedTask>;

export const ImportedSuite = z.strictObject({
  schemaVersion: z.literal(1),
  imported: z.literal('repoclassbench'),
  tasks: z.array(ImportedTask),
});
export type ImportedSuite = z.infer<typeof ImportedSuite>;

/** Where `eval import` keeps a suite, so that `eval list repoclassbench` finds it. */
export const importedFile = (format: string): string =>
  join(stateDir(), 'evals', 'imported', `${format}.json`);

/** The imported suite of that name, or in that file; undefined where it is something else. */
export function readImported(nameOrFile: string): ImportedSuite | undefined {
  const file = [nameOrFile, importedFile(nameOrFile)].find(
    (path) => path.endsWith('.json') && existsSync(path),
  );
  if (file === undefined) return undefined;
  const parsed = ImportedSuite.safeParse(jsonOf(file));
  return parsed.success ? parsed.data : undefined;
}

/** Says why tasks of this suite are not run. */
export const NOT_RUNNABLE =
  'These tasks can be listed and inspected, not run: Classwright writes TypeScript, and their languages are not built yet.';

export const notRunnable = (suite: string) =>
  usageError('not-runnable', `${suite} was imported. ${NOT_RUNNABLE}`);

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
