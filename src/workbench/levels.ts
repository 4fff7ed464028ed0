import type { CheckLevel, LevelOutcome } from '../check/index.ts';
import { unseen } from '../check/not-checked.ts';
import { checkSubmission } from '../check/parse.ts';
import type { Diagnostic } from '../check/report.ts';
import { checkTests, type Denominator, type TestsOutcome } from '../check/tests.ts';
import { newDiagnostics } from '../check/verdict.ts';
import { explainDiagnostics } from '../explain/explain.ts';
import { repair } from '../explain/repair.ts';
import { isWithout } from '../loop/without.ts';
import type { WorkingCopy } from '../sandbox/sandbox.ts';
import { explainContext, type Ground } from './ground.ts';
import { ownFailures, without } from './own-failures.ts';
import { verdictLevel } from './verdict-level.ts';

/** What the levels remember from one attempt to the next. */
export interface LevelMemory {
  denominator: Denominator | undefined;
  /** Covering tests that cannot be loaded whatever the class is, and why: they judge nothing. */
  broken: Map<string, string>;
}

/** The levels of one run, cheapest first. */
export function levelsOf(ground: Ground, memory: LevelMemory): CheckLevel[] {
  const levels: CheckLevel[] = [parseLevel(ground), typesLevel(ground), dependentsLevel(ground)];
  if (ground.task.require === 'tests') levels.push(testsLevel(ground, memory));
  return [...levels, verdictLevel(ground, memory)];
}

const parseLevel = (ground: Ground): CheckLevel => ({
  level: 'parse',
  async run({ submission }) {
    const { task, original } = ground;
    const checked = checkSubmission({
      submission,
      className: task.className,
      file: task.file,
      original,
      form: task.form,
      allowedPackages: ground.allowedPackages,
      pathPatterns: ground.pathPatterns,
      siblings: ground.siblings,
    });
    if (checked.text !== undefined) ground.candidate = checked.text;
    return {
      ok: checked.ok,
      summary: checked.ok ? `is the class ${task.className}` : count(checked.problems.length, 'problem'),
      problems: checked.problems,
      findings: checked.findings,
      repairs: checked.repairs,
      ...(checked.text === undefined ? {} : { text: checked.text }),
    };
  },
});

/** Errors of a file that were not there before the run began. */
export async function newErrors(ground: Ground, file: string, signal: AbortSignal): Promise<Diagnostic[]> {
  const { diagnostics } = await ground.language.diagnostics(file, signal);
  return newDiagnostics(ground.baseline.get(file) ?? [], diagnostics, ground.task.file);
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

async function explained(ground: Ground, found: Diagnostic[]): Promise<Partial<LevelOutcome>> {
  return { diagnostics: await explainDiagnostics(found, explainContext(ground)) };
}

const typesLevel = (ground: Ground): CheckLevel => ({
  level: 'types',
  async run({ text, signal }) {
    const { file } = ground.task;
    await ground.language.setCandidate(text);
    const isNew = (found: readonly Diagnostic[]) =>
      newDiagnostics(ground.baseline.get(file) ?? [], found, file);
    const repaired = isWithout(ground.task, 'repair')
      ? { text, repairs: [] }
      : await repair(text, explainContext(ground), isNew, signal);
    ground.candidate = repaired.text;
    const found = await newErrors(ground, file, signal);
    const repairs = repaired.repairs.length > 0 ? `, ${count(repaired.repairs.length, 'repair')} made` : '';
    return {
      ok: found.length === 0,
      summary: `${count(found.length, 'new error')}${repairs}`,
      text: repaired.text,
      repairs: repaired.repairs,
      ...(await explained(ground, found)),
    };
  },
});

const dependentsLevel = (ground: Ground): CheckLevel => ({
  level: 'dependents',
  async run({ signal }) {
    const found: Diagnostic[] = [];
    for (const file of ground.dependents) found.push(...(await newErrors(ground, file, signal)));
    return {
      ok: found.length === 0,
      summary: `${count(ground.dependents.length, 'dependent')}, ${count(found.length, 'new error')}`,
      ...(await explained(ground, found)),
    };
  },
});

/** One round of the covering tests, counted against the denominator of the run. */
export async function runCoveringTests(
  ground: Ground,
  groups: Ground['groups'],
  copy: WorkingCopy,
  memory: LevelMemory,
  signal: AbortSignal,
): Promise<TestsOutcome> {
  const { task, testFiles, expectedTests, testTimeoutMs: timeoutMs } = ground;
  const { denominator } = memory;
  const disclosure = { targetFile: task.file, showTests: task.showTests };
  const outcome = await checkTests({
    groups: without(groups, (file) => memory.broken.has(file)),
    copy,
    testFiles,
    expectedTests,
    denominator,
    disclosure,
    timeoutMs,
    signal,
  });
  memory.denominator = outcome.denominator;
  return outcome;
}

/** Asks of files that did not load whether the class has anything to do with it. Whether one was found that it has not. */
async function findBroken(
  ground: Ground,
  memory: LevelMemory,
  { run }: TestsOutcome,
  signal: AbortSignal,
): Promise<boolean> {
  const unloaded = run.failure ? [] : run.files.filter(({ loaded }) => !loaded);
  // What the user named has to run.
  if (unloaded.length === 0 || ground.task.tests.length > 0) return false;
  const found = await ownFailures(ground, unloaded, signal);
  for (const [file, reason] of found) memory.broken.set(file, reason);
  return found.size > 0;
}

const notRun = ({ broken }: LevelMemory) =>
  [...broken].map(([file, reason]) =>
    unseen(file, `not run: it cannot be loaded, whatever the class is: ${reason}`, false),
  );

const nothingJudges = ({ task }: Ground, memory: LevelMemory): LevelOutcome => ({
  ok: false,
  final: true,
  summary: 'no covering test can be loaded',
  problems: [
    `No test that covers ${task.className} can be loaded, whatever the class is: ${notRun(memory)
      .map(({ what, reason }) => `${what} (${reason})`)
      .join('; ')}.`,
  ],
  notChecked: notRun(memory),
});

const testsLevel = (ground: Ground, memory: LevelMemory): CheckLevel => ({
  level: 'tests',
  async run({ text, signal }) {
    await ground.copy.write(ground.task.file, text);
    const judge = () => runCoveringTests(ground, ground.groups, ground.copy, memory, signal);
    let outcome = await judge();
    if (await findBroken(ground, memory, outcome, signal)) {
      const left = without(ground.groups, (file) => memory.broken.has(file));
      if (left.length === 0) return nothingJudges(ground, memory);
      outcome = await judge();
    }
    const { ok, summary, tests, failures, problems, evidence } = outcome;
    return { ok, summary, tests, failures, problems, evidence, notChecked: notRun(memory) };
  },
});
