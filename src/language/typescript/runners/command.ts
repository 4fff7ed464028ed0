import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { RunnerContext, RunOrder, TestRunner } from '../../../check/test-runner.ts';
import { usageError } from '../../../errors.ts';
import { filesMatching, inside, MAX_OUTPUT_BYTES, MAX_REPORT_BYTES } from './common.ts';
import { type JUnitCase, parseJUnit } from './junit.ts';
import { type PathMap, pathMap, type ReportLine, toTestRun } from './report.ts';

const TEST_GLOBS = [
  '**/*.{test,spec}.?([cm])[jt]s?(x)',
  '**/__tests__/**/*.?([cm])[jt]s?(x)',
  '**/{test,tests}/**/*.?([cm])[jt]s?(x)',
];

/** Which of the files a case belongs to: a place that is its path from some folder above it. */
function fileOf({ places }: JUnitCase, files: readonly string[], paths: PathMap): string | undefined {
  for (const place of places) {
    const path = (paths.file(place) ?? place).replaceAll('\\', '/').replace(/^\.\//, '');
    const found = files.find((file) => file === path || (path.includes('.') && file.endsWith(`/${path}`)));
    if (found !== undefined) return found;
  }
  return undefined;
}

function lineOf(one: JUnitCase, file: string): ReportLine {
  const repeated = one.classname === '' || one.name.startsWith(one.classname) || file.endsWith(one.classname);
  return {
    type: 'test',
    file,
    path: repeated ? [one.name] : [one.classname, one.name],
    status: one.status,
    errors: one.errors.map(({ message, text }) => ({
      message: text.includes(message) ? text.trim() : `${message}\n${text}`.trim(),
      stack: text,
    })),
  };
}

/** A report that names no file for any case counts for the first file, and says that all have run. */
function linesOf(cases: readonly JUnitCase[], context: RunnerContext, order: RunOrder): ReportLine[] {
  const paths = pathMap(context);
  const placed = cases.flatMap((one) => {
    const file = fileOf(one, order.files, paths);
    return file === undefined ? [] : [lineOf(one, inside(context, file))];
  });
  const [first] = order.files;
  if (placed.length > 0 || first === undefined || cases.length === 0) return placed;
  const loaded = order.files.map(
    (file): ReportLine => ({ type: 'file', file: inside(context, file), loaded: true }),
  );
  return [...loaded, ...cases.map((one) => lineOf(one, inside(context, first)))];
}

/**
 * A runner that Classwright does not know, by a command of the user's that leaves JUnit XML where `{junit}` stands in
 * its arguments; an argument `{files}` becomes the test files. Without it the command runs all tests, and those of
 * the files asked for are taken from its report.
 */
export async function openCommandRunner(
  context: RunnerContext,
  packageDir: string,
  command: readonly string[],
): Promise<TestRunner> {
  if (!command.some((argument) => argument.includes('{junit}')))
    throw usageError(
      'test-command-without-junit',
      'The test command does not say where its JUnit report goes.',
      'Write {junit} where the path of the report belongs, as in: --reporter=junit --outputFile={junit}',
    );
  const { copy } = context;
  const runner = { name: 'test command', version: '', dir: packageDir };
  return {
    ...runner,
    list: () => filesMatching(context.repository, packageDir, TEST_GLOBS),
    async run(order) {
      order.signal?.throwIfAborted();
      const name = `junit-${randomUUID()}.xml`;
      const argv = command.flatMap((argument) =>
        argument === '{files}'
          ? order.files.map((file) => posix.relative(packageDir, file))
          : argument.replaceAll('{junit}', posix.join(copy.temp.inside, name)),
      );
      const result = await copy.run(argv, {
        cwd: packageDir,
        timeoutMs: order.timeoutMs,
        maxOutputBytes: MAX_OUTPUT_BYTES,
        ...(order.signal ? { signal: order.signal } : {}),
      });
      order.signal?.throwIfAborted();
      const cases = parseJUnit((await copy.readTemp(name, MAX_REPORT_BYTES)) ?? '');
      await rm(join(copy.temp.host, name), { force: true });
      const lines: ReportLine[] = cases ? [...linesOf(cases, context, order), { type: 'end' }] : [];
      return toTestRun(context, runner, order, { argv, result, lines });
    },
    close: async () => undefined,
  };
}
