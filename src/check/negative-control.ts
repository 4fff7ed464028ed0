import type { WorkingCopy } from '../sandbox/sandbox.ts';
import { addControl, CONTROL_TITLE } from './assertion-control.ts';
import type { CommandEvidence, TestRun } from './report.ts';
import { runGroups, type TestGroup } from './tests.ts';

export interface NegativeControlInput {
  /** Tests that pass with the accepted class. */
  groups: readonly TestGroup[];
  copy: WorkingCopy;
  targetFile: string;
  /** The whole target file with the class as it was accepted; it stands in the copy again afterwards. */
  acceptedText: string;
  /** Texts with a public member throwing, `*` for all of them: `throwingVariants`. */
  variants: readonly { member: string; text: string }[];
  /** Members tried one by one; 20 unless given. */
  maxMembers?: number;
  /** For the members one by one, all together; 120 unless given. */
  maxSeconds?: number;
  /** Of one run. */
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface NegativeControl {
  ok: boolean;
  /** Whether a test fails where every public member throws: if not, no class could be proven by these tests. */
  judges: boolean;
  /** Why not. */
  problems: string[];
  /** Members that can throw without a test noticing. */
  unnoticedMembers: string[];
  /** Members that were not tried one by one, and what else was not: limits on number and time. */
  notChecked: { what: string; reason: string }[];
  evidence: CommandEvidence[];
}

const noticed = (runs: readonly TestRun[]): boolean =>
  runs.some(
    ({ failure, files, tests }) =>
      failure !== undefined ||
      files.some(({ loaded }) => !loaded) ||
      tests.some(({ status }) => status === 'failed'),
  );

/** One entry for many runs of the same commands. */
function evidenceOf(what: string, runs: readonly TestRun[]): CommandEvidence[] {
  const [first] = runs;
  if (!first) return [];
  const counts: Record<string, number> = { runs: runs.length };
  for (const { evidence } of runs)
    for (const [name, count] of Object.entries(evidence.counts)) counts[name] = (counts[name] ?? 0) + count;
  const seconds = runs.reduce((sum, { evidence }) => sum + evidence.seconds, 0);
  return [{ ...first.evidence, what, seconds, counts }];
}

/**
 * Whether the covering tests can tell a broken class from the accepted one: with every public member throwing at
 * least one test has to fail, an assertion that is wrong has to fail beside the accepted class, and each member that
 * may throw unnoticed is named.
 */
export async function negativeControl(input: NegativeControlInput): Promise<NegativeControl> {
  const { groups, copy, targetFile, acceptedText, maxMembers = 20, maxSeconds = 120 } = input;
  const order = { bail: true, timeoutMs: input.timeoutMs, ...(input.signal ? { signal: input.signal } : {}) };
  const outcome: NegativeControl = {
    ok: true,
    judges: true,
    problems: [],
    unnoticedMembers: [],
    notChecked: [],
    evidence: [],
  };
  // A class without a member that could throw: then loading its file does.
  const whole = input.variants.find(({ member }) => member === '*') ?? {
    text: `${acceptedText}\nthrow new Error('negative control: loading the file throws');\n`,
  };
  const members = input.variants.filter(({ member }) => member !== '*');
  const runs: TestRun[] = [];
  const tryText = async (text: string): Promise<boolean> => {
    await copy.write(targetFile, text);
    const done = await runGroups(groups, order);
    runs.push(...done);
    return noticed(done);
  };
  try {
    const falseAssertions = await controlAssertions(input);
    outcome.problems.push(...falseAssertions.problems);
    outcome.notChecked.push(...falseAssertions.notChecked);
    outcome.judges = await tryText(whole.text);
    if (!outcome.judges)
      outcome.problems.push(
        'The covering tests pass even where every public member of the class throws: they do not judge it.',
      );
    else {
      const until = performance.now() + maxSeconds * 1000;
      for (const [at, { member, text }] of members.entries()) {
        const reason =
          at >= maxMembers ? `only ${maxMembers} members are tried` : `${maxSeconds} s were used up`;
        if (at >= maxMembers || performance.now() > until)
          outcome.notChecked.push({ what: `whether tests notice ${member}`, reason });
        else if (!(await tryText(text))) outcome.unnoticedMembers.push(member);
      }
    }
    outcome.evidence.push(
      ...falseAssertions.evidence,
      ...evidenceOf('negative control: members throw, tests have to fail', runs),
    );
  } finally {
    await copy.write(targetFile, acceptedText);
  }
  outcome.ok = outcome.problems.length === 0;
  return outcome;
}

/** Wrong assertions at the end of one test file a group: a class that reaches into the test library lets them pass. */
async function controlAssertions(
  input: NegativeControlInput,
): Promise<Pick<NegativeControl, 'problems' | 'notChecked' | 'evidence'>> {
  const { groups, copy, timeoutMs, signal } = input;
  const result: Awaited<ReturnType<typeof controlAssertions>> = {
    problems: [],
    notChecked: [],
    evidence: [],
  };
  for (const { runner, files } of groups) {
    const [file] = files;
    const text = file === undefined ? undefined : await copy.read(file);
    const control = text === undefined ? undefined : addControl(text, runner.name);
    if (file === undefined || text === undefined || control === undefined) {
      result.notChecked.push({
        what: 'whether wrong assertions fail beside the class',
        reason: `no control for ${runner.name}`,
      });
      continue;
    }
    await copy.write(input.targetFile, input.acceptedText);
    await copy.write(file, control);
    try {
      const run = await runner.run({ files: [file], timeoutMs, ...(signal ? { signal } : {}) });
      const controls = run.tests.filter(({ title }) => title.startsWith(CONTROL_TITLE));
      if (controls.some(({ status }) => status !== 'failed'))
        result.problems.push(
          'Beside the class an assertion that is wrong passes: it changes the test library.',
        );
      if (controls.length === 0)
        result.notChecked.push({
          what: 'whether wrong assertions fail beside the class',
          reason: `${file} does not take another test`,
        });
      result.evidence.push(...evidenceOf('assertion control: wrong assertions, they have to fail', [run]));
    } finally {
      await copy.write(file, text);
    }
  }
  return result;
}
