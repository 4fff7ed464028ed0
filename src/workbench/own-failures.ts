import type { TestGroup } from '../check/tests.ts';
import { runGroups } from '../check/tests.ts';
import { openCommandRunner } from '../language/typescript/runners/command.ts';
import { openRunner } from '../language/typescript/runners/index.ts';
import { findClass } from '../language/typescript/syntax.ts';
import { createWorkingCopy, type WorkingCopy } from '../sandbox/sandbox.ts';
import type { Ground } from './ground.ts';

/** What the stand-in says when it is touched: a file that fails by it does use the class while it loads. */
const TOUCHED = 'the class under test was used while this file loaded';

/** A class that cannot be told from any other until something is done with it, and then throws. */
function standIn(className: string): string {
  const traps = ['apply', 'construct', 'defineProperty', 'get', 'getOwnPropertyDescriptor']
    .concat('getPrototypeOf', 'has', 'ownKeys', 'set', 'setPrototypeOf')
    .map((trap) => `${trap}: refuse`);
  return [
    `const refuse = (): never => { throw new Error('${TOUCHED}'); };`,
    `export const ${className}: any = new Proxy(class {}, { ${traps.join(', ')} });`,
    `export type ${className} = any;`,
    '',
  ].join('\n');
}

/** The target file with the stand-in for the class. */
function withStandIn({ original, task }: Pick<Ground, 'original' | 'task'>): string {
  const { className, file } = task;
  if (original === undefined) return `${standIn(className)}export default ${className};\n`;
  const standing = findClass(original, file, className);
  if (!standing) return `${original}\n${standIn(className)}`;
  const rest = `${original.slice(0, standing.docStart)}${original.slice(standing.end)}`;
  return `${rest}\n${standIn(className)}${standing.default ? `export default ${className};\n` : ''}`;
}

/** Opens the runners of a run once more, in another working copy. The caller closes them. */
export const reopened = (
  { repository, task, groups }: Pick<Ground, 'repository' | 'task' | 'groups'>,
  copy: WorkingCopy,
): Promise<TestGroup[]> =>
  Promise.all(
    groups.map(async ({ files, runner: { dir } }) => {
      const context = { repository, copy };
      const runner = task.testCommand
        ? await openCommandRunner(context, dir, task.testCommand)
        : await openRunner(context, dir);
      return { files, runner };
    }),
  );

/** The groups without some of their files. */
export const without = (groups: readonly TestGroup[], left: (file: string) => boolean): TestGroup[] =>
  groups
    .map(({ files, runner }) => ({ runner, files: files.filter((file) => !left(file)) }))
    .filter(({ files }) => files.length > 0);

/** The line that says what is wrong: Node prints the place in its own sources before it. */
function causeOf(error: string): string {
  const lines = error.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^\s*\w*(Error|Exception)\b/.test(line)) ?? lines[0] ?? '';
}

/**
 * Test files that cannot be loaded for reasons of their own, with the reason: they fail in a fresh copy as they failed with
 * the candidate, although what stands there in place of the class was never touched. A file that names the class or
 * its module in its error does not count: what it lacks may be the class's.
 */
export async function ownFailures(
  ground: Pick<Ground, 'repository' | 'task' | 'original' | 'groups' | 'copy' | 'hidden' | 'testTimeoutMs'>,
  unloaded: readonly { file: string; error?: string | undefined }[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const { repository, task } = ground;
  const { sandbox } = ground.copy;
  const module =
    task.file
      .split('/')
      .at(-1)
      ?.replace(/\.[cm]?tsx?$/, '') ?? task.className;
  const isTheirs = (error: string) => [TOUCHED, task.className, module].some((name) => error.includes(name));
  const failing = new Map(
    unloaded.flatMap(({ file, error }) => (error && !isTheirs(error) ? [[file, causeOf(error)]] : [])),
  );
  if (failing.size === 0) return new Map();
  const fresh = await createWorkingCopy({ repository, sandbox, hidden: ground.hidden, signal });
  const groups: TestGroup[] = [];
  try {
    await fresh.write(task.file, withStandIn(ground));
    groups.push(...(await reopened(ground, fresh)));
    const asked = without(groups, (file) => !failing.has(file));
    const runs = await runGroups(asked, { timeoutMs: ground.testTimeoutMs, signal });
    return new Map(
      runs
        .flatMap((run) => (run.failure ? [] : run.files))
        .flatMap(({ file, loaded, error = '' }) => {
          const reason = causeOf(error);
          const isSame = !loaded && reason === failing.get(file) && !isTheirs(error);
          return isSame ? [[file, reason] as const] : [];
        }),
    );
  } finally {
    for (const { runner } of groups) await runner.close();
    await fresh.dispose();
  }
}
