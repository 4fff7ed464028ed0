import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTypeScriptSession } from '../src/language/typescript/session.ts';
import type { CheckReport } from '../src/loop/events.ts';
import { run } from '../src/loop/loop.ts';
import { commandChannel } from '../src/loop/mailbox.ts';
import { createSession } from '../src/loop/session.ts';
import type { Task } from '../src/loop/task.ts';
import type { Model, ModelAnswer } from '../src/model/model.ts';
import { openRepository } from '../src/repository/repository.ts';
import { openWorkbench } from '../src/workbench/open-workbench.ts';
import { TARGET_CLASS, TARGET_FILE, targetClass } from './generated-target.ts';
import { type Row, row, seconds } from './measure.ts';

const task: Task = {
  className: TARGET_CLASS,
  file: TARGET_FILE,
  description: 'Settles what accounts owe each other.',
  form: 'replace',
  tests: [],
  context: [],
  require: 'types',
  requireLint: false,
  showTests: false,
  ask: false,
  strategy: 'rrr',
};

/** Failing levels by turns: each costs the loop another check. */
const FAULTS = ['itself', 'dependents'] as const;
type Fault = (typeof FAULTS)[number];

/** The first rounds load modules and warm the server up. */
const WARM_UP = 4;

/**
 * What a round costs besides the model: from its answer to the next question, everything included (parsing the
 * submission, putting it into the file, the check, explanations, the event log on disk, the next prompt), beside a
 * bare type check of the same files. Each attempt fails, so that the final verdict never comes into it.
 */
export async function loopOverhead(root: string, rounds: number): Promise<Row[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'classwright-bench-log-'));
  const repository = await openRepository({ cwd: root, targetFile: TARGET_FILE });
  const session = await createSession({ repositoryRoot: root, dir: scratch });
  const events = run(task, {
    model: scriptedModel(),
    // Nothing is executed: no attempt reaches a level that would.
    bench: openWorkbench({
      repository,
      task,
      sandbox: 'none',
      testTimeoutMs: 60_000,
      patch: join(scratch, 'kept.patch'),
    }),
    limits: { attempts: rounds + WARM_UP, toolCallsPerRound: 3 },
    prices: undefined,
    maxOutputTokens: 32_000,
    commands: commandChannel().commands,
    session: { id: session.id, transcript: session.file },
    versions: {},
    history: [],
  });
  const bare = await openTypeScriptSession({ root, targetFile: TARGET_FILE, className: TARGET_CLASS });
  const dependents = (await bare.dependents()).files;
  const bareCheck = async (text: string, fault: Fault) => {
    await bare.setCandidate(text);
    for (const file of fault === 'itself' ? [TARGET_FILE] : [TARGET_FILE, ...dependents])
      await bare.diagnostics(file);
  };
  const figures = { itself: figuresOf(), dependents: figuresOf() };
  try {
    let answered = 0;
    let report: { report: CheckReport; fileText: string } | undefined;
    for await (const event of events) {
      await session.append(event);
      if (event.type === 'model-answer') answered = performance.now();
      if (event.type === 'report') report = event;
      if (event.type === 'result' && event.result.verdict !== 'failed')
        throw new Error(`The run of the bench ended as ${event.result.verdict}: ${event.result.message}`);
      if (event.type !== 'model-request' || !report) continue;
      const round = (performance.now() - answered) / 1000;
      const { attempt, level } = report.report;
      const fault = faultOf(attempt);
      if (level !== (fault === 'itself' ? 'types' : 'dependents'))
        throw new Error(`Attempt ${attempt} failed at ${level}, which was not planned`);
      const { fileText } = report;
      const check = await seconds(() => bareCheck(fileText, fault));
      if (attempt <= WARM_UP) continue;
      figures[fault].rounds.push(round);
      figures[fault].checks.push(check);
    }
  } finally {
    await session.close();
    await bare.close();
    rmSync(scratch, { recursive: true, force: true });
  }
  return [
    row(
      'a round of the loop, one error',
      { name: 'answer to next question', values: figures.itself.rounds },
      { name: 'bare type check', values: figures.itself.checks },
    ),
    row(
      'a round of the loop, errors in dependents',
      { name: 'answer to next question', values: figures.dependents.rounds },
      { name: 'bare type check', values: figures.dependents.checks },
    ),
  ];
}

const figuresOf = () => ({ rounds: [] as number[], checks: [] as number[] });

const faultOf = (attempt: number): Fault => FAULTS[attempt % FAULTS.length] ?? 'itself';

function scriptedModel(): Model {
  let call = 0;
  return {
    id: 'bench',
    async *answer(): AsyncGenerator<never, ModelAnswer> {
      call++;
      const reflection = { failures: [], plan: 'Name it anew.' };
      const submission = {
        imports: [],
        class: targetClass({ revision: call, broken: faultOf(call) }),
        assumptions: [],
      };
      const use = (name: string, input: unknown) => ({
        type: 'tool_use' as const,
        id: `${name}-${call}`,
        name,
        input,
      });
      return {
        content: [...(call === 1 ? [] : [use('reflect', reflection)]), use('submit_class', submission)],
        stopReason: 'tool_use',
        usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
        model: 'bench',
      };
    },
  };
}
