import { allTools, parseToolInput } from '../../tools/index.ts';
import { modelName, type Tool } from '../../tools/tool.ts';
import { ClasswrightError } from '../errors.ts';
import type { Model, ToolUseBlock } from '../model/model.ts';
import { requestHash } from '../model/request-hash.ts';
import { toolDefinitions } from '../tool-definitions.ts';
import { exhausted, lookUpsLeft, type Prices } from './budget.ts';
import { nextMessages } from './conversation.ts';
import {
  type EventBody,
  type Phase,
  Reflection,
  type RunCommand,
  type RunEvent,
  SCHEMA_VERSION,
  Submission,
} from './events.ts';
import { feedbackText, reportIds } from './feedback.ts';
import { openMailbox } from './mailbox.ts';
import { loadPrompt } from './prompts.ts';
import { type Ending, resultOf } from './result.ts';
import { type Attempt, bestAttempt, initialState, type RunState, reduce } from './state.ts';
import { strategyOf } from './strategies.ts';
import type { Limits, Task } from './task.ts';
import { isWithoutTool } from './without.ts';
import type { Workbench } from './workbench.ts';

export interface RunDeps {
  model: Model & { playedBy?: string };
  bench: Workbench;
  limits: Limits;
  prices: Prices | undefined;
  /** Longest answer that the model may give, in tokens. */
  maxOutputTokens: number;
  commands: AsyncIterable<RunCommand>;
  session: { id: string; transcript: string };
  versions: Record<string, string>;
  /** Events of the run that is resumed; empty for a new one. */
  history: readonly RunEvent[];
}

type Step = AsyncGenerator<EventBody, void>;

/**
 * The one loop: retrieve, generate, check, look up, reflect, revise (RRR, arXiv 2405.01573), as a generator of run
 * events. State is a fold over what it yields, so a run goes on from its log: the next step is decided from the
 * state alone, and a step that was cut off is done again. A consumer that stops reading ends the run.
 */
export async function* run(task: Task, deps: RunDeps): AsyncGenerator<RunEvent, void> {
  const { model, bench, prices } = deps;
  const strategy = strategyOf(task);
  const tools = toolsFor(strategy, task);
  const definitions = toolDefinitions(tools);
  const system = loadPrompt('system').text;
  const mailbox = openMailbox(deps.commands);
  const started = performance.now();
  const secondsUsed = () => (performance.now() - started) / 1000;

  let state: RunState = deps.history.reduce(reduce, initialState());
  let opened = false;
  let openPhase: { phase: Phase; attempt: number | undefined; since: number } | undefined;

  const event = (body: EventBody): RunEvent => {
    const made: RunEvent = { ...body, seq: state.seq + 1, time: Date.now() };
    state = reduce(state, made);
    return made;
  };
  const startPhase = (phase: Phase, attempt?: number): EventBody => {
    openPhase = { phase, attempt, since: performance.now() };
    return { type: 'phase', phase, state: 'start', ...(attempt === undefined ? {} : { attempt }) };
  };
  const endPhase = (): EventBody[] => {
    if (!openPhase) return [];
    const { phase, attempt, since } = openPhase;
    openPhase = undefined;
    const seconds = (performance.now() - since) / 1000;
    return [{ type: 'phase', phase, state: 'end', seconds, ...(attempt === undefined ? {} : { attempt }) }];
  };

  // ------------------------------------------------------------------------------------------------ the steps

  async function* understand(): Step {
    yield startPhase('understand');
    const understanding = yield* bench.understand(mailbox.signal);
    opened = true;
    yield { type: 'understood', understanding };
    yield* endPhase();
  }

  async function* retrieve(): Step {
    yield startPhase('retrieve');
    const nothing = { pieces: [], tokens: 0, leftOut: 0 };
    const again = strategy.retrieval === 'each-round' ? state.attempts.at(-1)?.fileText : undefined;
    const found = strategy.retrieval === 'none' ? nothing : await bench.retrieve(mailbox.signal, again);
    yield { type: 'context', ...found };
    yield* endPhase();
  }

  async function* ask(): Step {
    const attempt = state.attempts.length + 1;
    const call = state.usage.modelCalls + 1;
    yield startPhase(state.attempts.length === 0 ? 'generate' : 'revise', attempt);
    const added = nextMessages(state, task, strategy, maxAttempts(), bench.facts());
    const messages = [...state.messages, ...added];
    const request = { system, tools: definitions, messages, maxOutputTokens: deps.maxOutputTokens };
    yield {
      type: 'model-request',
      call,
      hash: requestHash(request),
      messages: added,
      ...(call === 1 ? { system, tools: definitions.map((d) => d.name) } : {}),
    };
    const since = performance.now();
    const stream = model.answer(request, mailbox.signal);
    for (;;) {
      const { done, value } = await stream.next();
      if (done) {
        yield { type: 'model-answer', call, answer: value, seconds: (performance.now() - since) / 1000 };
        break;
      }
      if (value.type === 'text') yield { type: 'model-delta', call, text: value.text };
      else if (value.type === 'retry')
        yield { type: 'model-retry', call, reason: value.reason, waitSeconds: value.waitSeconds };
      else yield { type: 'note', message: `The question has drifted from the recording: ${value.detail}` };
    }
    yield* endPhase();
  }

  /** Answers the first call that has no outcome yet. */
  async function* answerTool(use: ToolUseBlock): Step {
    const tool = tools.find((t) => modelName(t) === use.name);
    const parsed = tool ? parseToolInput(tool, use.input) : { error: unknownTool(use.name, tools) };
    const malformed = 'error' in parsed;
    const charge = malformed ? 'call' : (tool?.charge ?? 'call');
    yield { type: 'tool-start', id: use.id, name: use.name, input: use.input };
    const since = performance.now();
    const end = (
      text: string,
      isError: boolean,
      charged: 'call' | 'attempt' | 'free' | 'refused',
    ): EventBody => ({
      type: 'tool-end',
      id: use.id,
      name: use.name,
      text,
      isError,
      charged,
      seconds: (performance.now() - since) / 1000,
    });
    if (state.answer === 'cut')
      return yield end('Your answer was cut at its length limit: nothing of it was used.', true, 'refused');
    if (charge === 'call' && lookUpsLeft(state) === 0)
      return yield end('No look-ups are left in this round: submit the class.', true, 'refused');
    if (malformed || !tool) return yield end('error' in parsed ? parsed.error : '', true, 'call');
    if (tool.name === 'submit-class') return yield* submit(use.id, Submission.parse(parsed.input), end);
    if (tool.name === 'reflect') return yield* reflectOn(Reflection.parse(parsed.input), end);
    if (tool.name === 'ask') return yield* putQuestions(parsed.input, end);
    if (charge === 'attempt' && maxAttempts() - state.attemptsUsed <= 1)
      return yield end('This would spend the last attempt: submit the class instead.', true, 'refused');
    yield startPhase('tools');
    const result = await bench.callTool(tool, parsed.input, mailbox.signal);
    yield end(result.text, result.isError ?? false, charge);
    yield* endPhase();
  }

  /** What a mistake costs: a look-up, and where none is left the answer brought nothing. */
  const mistake = () => (lookUpsLeft(state) > 0 ? 'call' : 'refused');

  type End = (text: string, isError: boolean, charged: 'call' | 'attempt' | 'free' | 'refused') => EventBody;

  async function* submit(use: string, submission: Submission, end: End): Step {
    const begun = state.attempts.find((a) => a.use === use);
    if (!begun) {
      if (strategy.reflect && state.attempts.at(-1)?.report && !state.round.reflection)
        return yield end(
          'Call reflect on the last report first; it may stand in the same answer.',
          true,
          mistake(),
        );
      const earlier = state.attempts.find((a) => a.submission && sameClass(a.submission, submission));
      if (earlier) {
        yield end(
          `This is attempt ${earlier.number} again, and it was not accepted. Change what the report speaks of, or, where that is not the class's doing, call ask and say why.`,
          true,
          'free',
        );
        return yield { type: 'wasted', reason: 'repeated', charged: 'attempt' };
      }
    }
    const attempt = begun?.number ?? state.attempts.length + 1;
    if (!begun) yield { type: 'submission', attempt, use, submission };
    let report = begun?.report;
    if (!report) {
      yield startPhase('check', attempt);
      const judgement = yield* bench.check(attempt, submission, mailbox.signal);
      report = judgement.report;
      yield { type: 'report', ...judgement };
      yield* endPhase();
    }
    const text =
      strategy.feedback || report.ok ? feedbackText(report) : `Attempt ${attempt} was not accepted.`;
    yield end(text, !report.ok, 'free');
  }

  async function* reflectOn(reflection: Reflection, end: End): Step {
    const last = state.attempts.findLast((a) => a.report);
    if (!last?.report) return yield end('There is no report yet to reflect on.', true, mistake());
    if (state.round.reflection)
      return yield end('You have reflected on the last report: now submit the class.', true, mistake());
    const known = reportIds(last.report);
    // `D1-D19` and `D1, T2` name reports too; what counts is that there is one.
    const cites = (report: string) => (report.match(/[DTPF]\d+/g) ?? []).some((id) => known.includes(id));
    const invented = reflection.failures.filter((f) => !cites(f.report)).map((f) => f.report);
    if (invented.length > 0)
      return yield end(
        `The last report has no ${invented.join(', ')}: explain only what it reported (${known.join(', ')}).`,
        true,
        'call',
      );
    yield startPhase('reflect', last.number);
    yield { type: 'reflection', attempt: last.number, reflection };
    yield end('Noted.', false, 'free');
    yield* endPhase();
  }

  async function* putQuestions(input: Record<string, unknown>, end: End): Step {
    const questions = Array.isArray(input.questions) ? input.questions.map(String) : [];
    const asked = state.questions.filter((q) => q.id.startsWith(`${state.usage.modelCalls}.`));
    for (const [i, text] of questions.entries())
      if (i >= asked.length)
        yield { type: 'question', id: `${state.usage.modelCalls}.${i + 1}`, text, options: [] };
    if (!task.ask) return yield end('The run ends here with your questions.', false, 'free');
    while (state.questions.some((q) => q.answer === undefined)) {
      const news = await mailbox.wait();
      for (const command of mailbox.take()) yield { type: 'command', command };
      mailbox.signal.throwIfAborted();
      if (news === 'closed')
        return yield end('Nobody answered: decide yourself and list it under assumptions.', false, mistake());
    }
    const answers = state.questions.map((q) => `${q.text}\nAnswer: ${q.answer}`).join('\n\n');
    yield end(answers, false, 'free');
  }

  async function* propose(attempt: Attempt): Step {
    yield startPhase('accept', attempt.number);
    const fileText = attempt.fileText ?? '';
    const followUp = await bench.followUp(fileText);
    const verdict = task.require === 'types' ? 'type-checked' : 'verified';
    yield {
      type: 'proposal',
      verdict,
      fileText,
      diff: bench.diff(fileText),
      ...(followUp === undefined ? {} : { followUp }),
    };
  }

  async function* awaitApproval(): Step {
    const news = await mailbox.wait();
    if (news === 'closed') yield { type: 'command', command: { type: 'approve', apply: false } };
  }

  async function* apply(fileText: string): Step {
    const { hash } = await bench.apply(fileText);
    yield { type: 'applied', file: task.file, hash };
    yield* endPhase();
  }

  async function* finish(ending: Ending): Step {
    yield* endPhase();
    const best = bestAttempt(state.attempts);
    const fileText = state.proposal?.fileText ?? best?.fileText;
    // A class that could not be placed has no text.
    const diff = fileText && opened ? bench.diff(fileText) : '';
    const patch = diff && !state.applied ? await bench.keepPatch(diff).catch(() => undefined) : undefined;
    yield {
      type: 'result',
      result: resultOf(state, ending, { diff, patch, prices, transcript: deps.session.transcript }),
    };
  }

  // ------------------------------------------------------------------------------------------- what comes next

  const maxAttempts = () => Math.min(state.limits?.attempts ?? deps.limits.attempts, strategy.maxAttempts);

  const nextStep = (): Step => {
    const { understanding, proposal } = state;
    if (state.interrupted) return finish({ kind: 'interrupted', reason: state.interrupted });
    if (!understanding || !opened) return understand();
    if (task.require === 'tests' && understanding.coveringTests.length === 0)
      return finish({ kind: 'no-covering-test' });
    if (proposal && state.applied) return finish({ kind: 'accepted' });
    if (proposal && state.approved === true) return apply(proposal.fileText);
    if (proposal && state.approved === false) return finish({ kind: 'accepted' });
    if (proposal) return awaitApproval();
    if (!state.context) return retrieve();

    const accepted = state.attempts.findLast((a) => a.report?.ok);
    const lintDue = accepted?.report && wantsLintRound(accepted.report) && state.attempts.at(-1) === accepted;
    const spent = exhausted(state, { maxAttempts: maxAttempts(), secondsUsed: secondsUsed(), prices });
    if (accepted && (!lintDue || spent)) return judged(accepted);
    const last = state.attempts.at(-1)?.report;
    if (last?.final) return finish({ kind: 'not-mendable', report: last });
    const open = state.toolUses.find((use) => !state.outcomes.has(use.id));
    if (open) return answerTool(open);
    if (state.questions.length > 0 && !task.ask) return finish({ kind: 'questions' });
    if (state.repeats > 1) return finish({ kind: 'no-progress' });
    if (spent) return finish({ kind: 'exhausted', spent });
    if (state.answer === 'cut') return waste('cut', 'attempt');
    if (state.answer === 'pending' && state.toolUses.length === 0)
      return waste('prose', lookUpsLeft(state) > 0 ? 'call' : 'attempt');
    if (state.answer === 'pending' && [...state.outcomes.values()].every((o) => o.charged === 'refused'))
      return waste('useless', 'attempt');
    if (strategy.retrieval === 'each-round' && state.context.round < state.attempts.length) return retrieve();
    return ask();
  };

  /** `type-checked` claims no more than what the compilers saw, with the rest listed; `verified` needs all of it. */
  const judged = (attempt: Attempt): Step => {
    const barring = [
      ...(state.understanding?.notChecked ?? []),
      ...(attempt.report?.notChecked ?? []),
    ].filter(({ bars }) => bars);
    return task.require === 'tests' && barring.length > 0
      ? finish({ kind: 'not-all-checked', notChecked: barring })
      : propose(attempt);
  };

  async function* waste(reason: 'cut' | 'prose' | 'useless', charged: 'call' | 'attempt'): Step {
    yield { type: 'wasted', reason, charged };
  }

  // -------------------------------------------------------------------------------------------------- the loop

  const timer =
    deps.limits.seconds === undefined
      ? undefined
      : setTimeout(() => mailbox.abort(), deps.limits.seconds * 1000);
  try {
    yield event({
      type: 'init',
      schemaVersion: SCHEMA_VERSION,
      session: deps.session.id,
      task,
      limits: deps.limits,
      model: model.id,
      versions: deps.versions,
      resumed: deps.history.length > 0,
      ...(model.playedBy === undefined ? {} : { playedBy: model.playedBy }),
    });
    while (!state.result) {
      for (const command of mailbox.take()) yield event({ type: 'command', command });
      try {
        for await (const body of nextStep()) yield event(body);
      } catch (error) {
        for (const command of mailbox.take()) yield event({ type: 'command', command });
        if (state.interrupted) continue;
        const spent = exhausted(state, { maxAttempts: Infinity, secondsUsed: secondsUsed(), prices });
        const ending: Ending =
          spent && mailbox.signal.aborted ? { kind: 'exhausted', spent } : { kind: 'error', error };
        if (!(error instanceof ClasswrightError) && process.env.CLASSWRIGHT_DEBUG) console.error(error);
        for await (const body of finish(ending)) yield event(body);
      }
    }
  } finally {
    clearTimeout(timer);
    // Whoever stops reading leaves a stream or a check behind: nothing of it may go on.
    mailbox.abort();
    await bench.close();
  }
}

const sameClass = (a: Submission, b: Submission) =>
  a.class.trim() === b.class.trim() &&
  (a.helpers ?? '').trim() === (b.helpers ?? '').trim() &&
  a.imports.join('\n') === b.imports.join('\n');

/** Lint problems of an otherwise verified class are fed back once; they bind only under `--require lint`. */
const wantsLintRound = (report: { findings: { code: string }[] }) =>
  report.findings.some((f) => f.code === 'lint');

function toolsFor(strategy: { lookUps: boolean; reflect: boolean }, task: Task): Tool[] {
  return allTools.filter((tool) => {
    if (isWithoutTool(task, tool)) return false;
    if (tool.name === 'submit-class' || tool.name === 'ask') return true;
    if (tool.name === 'reflect') return strategy.reflect;
    if (tool.name === 'run-tests') return strategy.lookUps && task.require === 'tests';
    return strategy.lookUps;
  });
}

const unknownTool = (name: string, tools: readonly Tool[]) =>
  `There is no tool "${name}". The tools are ${tools.map(modelName).join(', ')}.`;
