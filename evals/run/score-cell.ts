import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { totalTokens } from '../../src/loop/budget.ts';
import type { RunEvent } from '../../src/loop/events.ts';
import { bestAttempt, initialState, type RunState, reduce } from '../../src/loop/state.ts';
import { leaksInRequests } from '../task/leaks.ts';
import type { Prepared } from '../task/prepare.ts';
import type { ClassScore } from '../task/score.ts';
import { membersIn } from '../task/split.ts';
import type { Log } from './logs.ts';
import type { AttemptScore, Cell, Outcome } from './schema.ts';

/** Gives the score of one text of the target file; the same text is judged once. */
export type Scorer = (prepared: Prepared, fileText: string) => Promise<ClassScore>;

export interface CellToScore {
  cell: Cell;
  prepared: Prepared;
  logs: readonly Log[];
  /** Folder of the run. */
  folder: string;
  /** Why the harness failed, where it did. */
  infrastructure: string | undefined;
}

/** An attempt as the logs tell it, with what had been spent when it was handed in. */
interface Handed {
  number: number;
  fileText: string | undefined;
  report: RunState['attempts'][number]['report'];
  submission: RunState['attempts'][number]['submission'];
  spent: Spent;
}
type Spent = Pick<AttemptScore, 'tokens' | 'modelCalls' | 'toolCalls'>;

/** Reads what became of a cell from its logs and scores each class in them; the loop's own word decides nothing. */
export async function scoreCell(work: CellToScore, scorer: Scorer): Promise<Outcome> {
  const { cell, prepared, logs } = work;
  const states = logs.map(({ events }) => events.reduce(reduce, initialState()));
  const handed = handedIn(logs);
  const base = { cell: cell.id, ...summary(work, states) };
  const nothing = {
    attempts: [],
    copied: 0,
    anys: 0,
    ignores: 0,
    lintFindings: 0,
    symbols: [],
    assumedFailures: 0,
  };
  if (work.infrastructure !== undefined)
    return { ...base, ...nothing, status: 'infrastructure', reason: work.infrastructure };

  const scores = new Map<Handed, ClassScore>();
  for (const one of handed) {
    if (!one.fileText) continue;
    const score = await scorer(prepared, one.fileText);
    if (score.infrastructure !== undefined)
      return { ...base, ...nothing, status: 'infrastructure', reason: score.infrastructure };
    scores.set(one, score);
  }
  const attempts = handed.map((one) => attemptScore(one, scores.get(one), prepared));
  const last = finalOf(handed);
  const score = last && scores.get(last);
  const final = attempts.find(({ attempt }) => attempt === last?.number);
  const leaks = leaksInRequests(prepared, requestTexts(logs));
  const [leak] = leaks;
  const broken = leak ? `leak: ${leak.detail} (${leak.where})` : score?.disqualified;
  return {
    ...base,
    status: broken ? 'disqualified' : 'scored',
    ...(broken ? { reason: broken } : {}),
    attempts,
    ...(final ? { final } : {}),
    copied: score?.copied ?? 0,
    anys: score?.anys ?? 0,
    ignores: score?.ignores ?? 0,
    lintFindings: score?.lintFindings ?? 0,
    symbols: score?.symbols ?? [],
    assumedFailures: last && score ? assumedFailures(last, score, prepared) : 0,
  };
}

function summary(
  { folder, logs }: CellToScore,
  states: readonly RunState[],
): Pick<Outcome, 'usage' | 'seconds'> & { verdict?: string; session?: string } {
  const usage = { modelCalls: 0, toolCalls: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  let cost: number | undefined;
  let seconds = 0;
  for (const state of states) {
    for (const key of Object.keys(usage) as (keyof typeof usage)[]) usage[key] += state.usage[key];
    const paid = state.result?.usage.cost;
    if (paid !== undefined) cost = (cost ?? 0) + paid;
    seconds += Object.values(state.seconds).reduce((sum, one) => sum + one, 0);
  }
  const verdict = states.at(-1)?.result?.verdict;
  const session = logs.at(-1)?.file;
  return {
    usage: { ...usage, ...(cost === undefined ? {} : { cost }) },
    seconds: Math.round(seconds * 1000) / 1000,
    ...(verdict === undefined ? {} : { verdict }),
    ...(session === undefined ? {} : { session: relative(folder, session) }),
  };
}

/** Every attempt of a cell in order, those that brought no class included; conversations count on. */
function handedIn(logs: readonly Log[]): Handed[] {
  const all: Handed[] = [];
  let before: Spent = { tokens: 0, modelCalls: 0, toolCalls: 0 };
  for (const { events } of logs) {
    const first = all.length;
    let state = initialState();
    const spentAt = new Map<number, Spent>();
    for (const event of events) {
      state = reduce(state, event);
      if (event.type === 'submission' || event.type === 'wasted')
        spentAt.set(state.attempts.length, spentIn(state, before));
    }
    for (const [at, { fileText, report, submission, number }] of state.attempts.entries())
      all.push({
        number: first + at + 1,
        fileText,
        report,
        submission,
        spent: spentAt.get(number) ?? spentIn(state, before),
      });
    before = spentIn(state, before);
  }
  return all;
}

const spentIn = ({ usage }: RunState, before: Spent): Spent => ({
  tokens: before.tokens + totalTokens(usage),
  modelCalls: before.modelCalls + usage.modelCalls,
  toolCalls: before.toolCalls + usage.toolCalls,
});

/** The attempt that the loop ended with: the one it accepted, or else the one that came furthest. */
function finalOf(handed: readonly Handed[]): Handed | undefined {
  const accepted = handed.findLast(({ report }) => report?.ok);
  if (accepted) return accepted;
  const best = bestAttempt(
    handed.map((one) => ({ ...one, use: undefined, toolCalls: [], reflection: undefined })),
  );
  return handed.find(({ number }) => number === best?.number);
}

/** Unknown members and exports of modules: what a class made up. */
const INVENTED = new Set([2339, 2551, 2305, 2614, 2724]);

function attemptScore(
  { number, report, spent }: Handed,
  score: ClassScore | undefined,
  { task }: Prepared,
): AttemptScore {
  const ids = task.heldOut.flatMap((set) => set.ids);
  const own = (report?.diagnostics ?? []).filter(({ file }) => file === task.file);
  const tests = report?.tests;
  return {
    attempt: number,
    level: report?.level ?? 'none',
    codes: [...new Set((report?.diagnostics ?? []).map(({ code }) => code))],
    ...(tests ? { visible: { passed: tests.passed, total: tests.total } } : {}),
    compiles: score?.compiles ?? false,
    heldOut: score?.heldOut ?? { passed: 0, total: ids.length, failed: ids },
    solved: score?.solved ?? false,
    ...spent,
    inventedMembers: own.filter(({ code }) => INVENTED.has(code)).length,
  };
}

/** Failed held-out tests that use a member for which the model had said that it decided something itself. */
function assumedFailures({ submission }: Handed, { heldOut }: ClassScore, prepared: Prepared): number {
  const stated = new Set(
    (submission?.assumptions ?? []).flatMap(({ member }) => member.match(/[A-Za-z_$][\w$]*/g) ?? []),
  );
  stated.delete(prepared.task.className);
  if (stated.size === 0) return 0;
  return heldOut.failed.filter((id) => {
    const file = prepared.task.heldOut.find(({ ids }) => ids.includes(id))?.file ?? '';
    const text = prepared.heldOutTexts[file];
    return text !== undefined && membersIn(text, file, id).some((member) => stated.has(member));
  }).length;
}

/** All that the model was told, whole texts: system prompts, messages, results of tools. */
function requestTexts(logs: readonly Log[]): string[] {
  const told = (event: RunEvent): string[] => {
    if (event.type !== 'model-request') return [];
    const blocks = event.messages.flatMap((message) => (message.role === 'user' ? message.content : []));
    return [
      ...(event.system === undefined ? [] : [event.system]),
      ...blocks.map((block) => (block.type === 'text' ? block.text : block.content)),
    ];
  };
  return logs.flatMap(({ events }) => events.flatMap(told));
}

/** What a score depends on, as a key: the task as it stands, how it was changed, the text. */
export function scoreKey(
  { task }: Prepared,
  { perturbation }: Pick<Cell, 'perturbation'>,
  text: string,
): string {
  const hash = createHash('sha256');
  for (const part of [task.heldOut, task.file, task.acceptance?.hash ?? '', perturbation ?? '', text])
    hash.update(JSON.stringify(part)).update('\0');
  const variant = perturbation ? ` ${perturbation.kind} ${perturbation.seed}` : '';
  return `${task.id}${variant} ${hash.digest('hex').slice(0, 32)}`;
}
