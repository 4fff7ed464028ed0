import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { addControl, CONTROL_TITLE } from '../../src/check/assertion-control.ts';
import type { TestRun } from '../../src/check/report.ts';
import type { TestRunner } from '../../src/check/test-runner.ts';
import { openRunner } from '../../src/language/typescript/runners/index.ts';
import { packageOf } from '../../src/repository/repository.ts';
import { createWorkingCopy, type WorkingCopy } from '../../src/sandbox/sandbox.ts';
import { changedSince, takeSnapshot } from '../../src/sandbox/snapshot.ts';
import type { Prepared } from './prepare.ts';

export interface HeldOutOptions {
  sandbox: WorkingCopy['sandbox'];
  /** Of one run; 120 s unless given. */
  testTimeoutMs?: number;
  signal?: AbortSignal;
}

/** What the held-out tests say of one class. */
export interface HeldOutRun {
  passed: number;
  /** The task's number, whatever ran. */
  total: number;
  /** Ids that did not pass, those that did not even run included. */
  failed: string[];
  /** What makes the run worthless: then every test counts as failed. */
  problems: string[];
  /** Set where the runner could not be started at all. */
  infrastructure: string | undefined;
}

/** A working copy with the held-out tests put back, to judge one class after another in. */
export interface HeldOut {
  readonly copy: WorkingCopy;
  /** Runners with the held-out files that each is for. */
  readonly groups: readonly { runner: TestRunner; files: readonly string[] }[];
  /** `bail` ends at the first test that fails: the others then count as failed too. */
  run(
    text: string | undefined,
    options?: { bail?: boolean; texts?: Readonly<Record<string, string>> },
  ): Promise<HeldOutRun>;
  dispose(): Promise<void>;
}

/** Files that say how tests and compiler run, in a package's folder and above. */
const CONFIGURATION =
  /^(?:package(?:-lock)?\.json|tsconfig.*\.json|\..*rc(?:\.\w+)?|.*\.(?:config|workspace)\.[cm]?[jt]s(?:on)?)$/;

export async function openHeldOut(prepared: Prepared, options: HeldOutOptions): Promise<HeldOut> {
  const { repository, task, heldOutTexts } = prepared;
  const { sandbox, signal, testTimeoutMs = 120_000 } = options;
  const copy = await createWorkingCopy({
    repository,
    sandbox,
    hidden: prepared.hidden,
    ...(signal ? { signal } : {}),
  });
  try {
    const files = task.heldOut.map(({ file }) => file);
    const readOnly = [...Object.keys(heldOutTexts), ...configurationOf(prepared)];
    // Programs that judge the class may not be changed by it while they run.
    const guarded: WorkingCopy = { ...copy, run: (argv, run) => copy.run(argv, { ...run, readOnly }) };
    const groups = Map.groupBy(files, (file) => packageOf(repository, file)?.dir ?? '');
    const runners: { runner: TestRunner; files: string[] }[] = [];
    for (const [dir, group] of groups)
      runners.push({ runner: await openRunner({ repository, copy: guarded }, dir), files: group });
    return {
      copy,
      groups: runners,
      async run(text, { bail = false, texts = heldOutTexts } = {}) {
        if (text === undefined) await copy.remove(task.file);
        else await copy.write(task.file, text);
        for (const [file, original] of Object.entries(heldOutTexts))
          await copy.write(file, texts[file] ?? original);
        const isControlled = !bail;
        if (isControlled)
          for (const { runner, files } of runners)
            for (const file of files) {
              const before = texts[file] ?? '';
              await copy.write(file, addControl(before, runner.name) ?? before);
            }
        const before = await takeSnapshot(copy.root, [
          ...copy.snapshot.files.keys(),
          ...Object.keys(heldOutTexts),
        ]);
        const runs: TestRun[] = [];
        for (const { runner, files } of runners)
          runs.push(
            await runner.run({ files, bail, timeoutMs: testTimeoutMs, ...(signal ? { signal } : {}) }),
          );
        const changed = await changedSince(before);
        return judge(prepared, runs, changed, isControlled);
      },
      dispose: () => copy.dispose(),
    };
  } catch (error) {
    await copy.dispose();
    throw error;
  }
}

function configurationOf({ root, repository, task }: Prepared): string[] {
  const folders = new Set<string>();
  for (const { file } of task.heldOut)
    for (let dir = packageOf(repository, file)?.dir ?? ''; ; dir = posix.dirname(dir)) {
      folders.add(dir === '.' ? '' : dir);
      if (dir === '' || dir === '.') break;
    }
  return [...folders].flatMap((dir) =>
    existsSync(join(root, dir))
      ? readdirSync(join(root, dir), { withFileTypes: true })
          .filter((entry) => entry.isFile() && CONFIGURATION.test(entry.name))
          .map((entry) => posix.join(dir, entry.name))
      : [],
  );
}

/** Every id that is not reported as passed, once, by a run that went through untouched, has failed. */
function judge(
  { task }: Prepared,
  runs: readonly TestRun[],
  changed: readonly string[],
  isControlled: boolean,
): HeldOutRun {
  const ids = task.heldOut.flatMap((set) => set.ids);
  const tests = runs.flatMap((run) => run.tests);
  const status = new Map(tests.map(({ id, status }) => [id, status]));
  const failures = runs.flatMap(({ failure }) => failure ?? []);
  const notStarted = failures.find(
    ({ kind, message }) => kind === 'crash' && message.includes('could not be started'),
  );
  const known = new Set(ids);
  const controls = tests.filter(({ title }) => title.startsWith(CONTROL_TITLE));
  const problems = [
    ...failures.map(({ kind, message }) => `${kind}: ${message.split('\n')[0]}`),
    ...changed.map((file) => `${file} was changed while the tests ran.`),
    ...ids
      .filter((id) => status.has(`${id} #2`) && !known.has(`${id} #2`))
      .map((id) => `${id} was reported twice.`),
    ...(controls.some(({ status }) => status !== 'failed')
      ? ['Beside the class an assertion that is wrong passes: it changes the test library.']
      : []),
  ];
  const allRan = tests.some(({ status }) => status === 'passed');
  if (isControlled && allRan && controls.length === 0)
    problems.push('The assertions that have to fail did not run.');
  const failed = problems.length > 0 ? ids : ids.filter((id) => status.get(id) !== 'passed');
  return {
    passed: ids.length - failed.length,
    total: ids.length,
    failed,
    problems,
    infrastructure: notStarted?.message,
  };
}
