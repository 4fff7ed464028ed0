import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageVersion } from '../../src/package-root.ts';
import { randomFrom } from '../score/random.ts';
import { type HeldOut, openHeldOut } from './held-out.ts';
import { knownBad } from './known-bad.ts';
import { mutants } from './mutants.ts';
import { reorderTests } from './orders.ts';
import { type Prepared, prepareTask } from './prepare.ts';
import type { Acceptance, EvalTask } from './schema.ts';
import { findSource } from './source.ts';
import type { Switched } from './switched.ts';
import { tryVersions, type VersionOutcome } from './versions.ts';

export interface AcceptOptions {
  /** Absolute folder that the prepared repository goes into. */
  folder: string;
  sandbox: 'bubblewrap' | 'none';
  /** Without mutants and single members, two orders: what every change to the code can afford. */
  fast: boolean;
  signal?: AbortSignal;
  /** Told what is being done, in a few words. */
  onStep?: (step: string) => void;
}

export interface AcceptReport {
  task: string;
  accepted: boolean;
  /** Of what was tried: an acceptance with another one is out of date. Undefined where it was not prepared. */
  hash: string | undefined;
  /** Why it is refused, one sentence each. */
  refused: string[];
  /** What was seen; undefined where it did not get that far, and after a fast look. */
  acceptance: Acceptance | undefined;
  /** Known-bad classes that passed, and mutants that survived. */
  passedKnownBad: string[];
  survivors: string[];
  seconds: number;
}

const LEAST_KILLED = 0.6;
const ORDERS = 3;

/**
 * Whether a task judges: its held-out tests fail without the class, pass with the reference in every order, and fail
 * with known-bad classes and with enough mutants. A task that cannot be prepared without leaks throws.
 */
export async function acceptTask(task: EvalTask, options: AcceptOptions): Promise<AcceptReport> {
  const { fast, signal, onStep = () => {} } = options;
  const started = performance.now();
  onStep('preparing');
  const prepared = await prepareTask(task, options);
  onStep('without the class');
  const heldOut = await openHeldOut(prepared, options);
  try {
    const refused: string[] = [];
    const without = await heldOut.run(prepared.targetText);
    if (without.passed > 0) refused.push(`${without.passed} held-out tests pass without the class.`);
    const orders = fast ? 2 : ORDERS;
    const passedOrders = await passInOrders(prepared, heldOut, orders, refused, options);
    const versions = async (name: string, made: Switched): Promise<VersionOutcome[]> =>
      passedOrders < orders
        ? []
        : await tryVersions(prepared, heldOut, made, {
            signal,
            onProgress: (done, of) => onStep(`${name}: ${done} of ${of}`),
          });
    const { file, className } = task;
    const { fileText } = prepared.reference;
    onStep('known-bad classes');
    const bad = await versions('known-bad classes', knownBad(fileText, file, className, { whole: fast }));
    const passedKnownBad = bad.filter(({ failed }) => !failed).map(({ what }) => what);
    for (const what of passedKnownBad) refused.push(`A known-bad class passes: ${what}.`);
    const changed = fast ? [] : await versions('mutants', mutants(fileText, file, className));
    const killed = changed.filter(({ failed }) => failed).length;
    if (changed.length > 0 && killed < LEAST_KILLED * changed.length)
      refused.push(`Only ${killed} of ${changed.length} mutants are killed; 60 % are needed.`);
    const accepted = refused.length === 0;
    return {
      task: task.id,
      accepted,
      hash: acceptanceHash(prepared),
      refused,
      acceptance:
        accepted && !fast
          ? {
              hash: acceptanceHash(prepared),
              failedWithout: without.failed.length,
              orders: passedOrders,
              knownBad: { tried: bad.length, failed: bad.length - passedKnownBad.length },
              mutants: { killed, total: changed.length },
              classwright: packageVersion,
            }
          : undefined,
      passedKnownBad,
      survivors: changed.filter(({ failed }) => !failed).map(({ what, line }) => `${what}, line ${line}`),
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await heldOut.dispose();
  }
}

/** As written, backwards, then shuffled: how often the reference passed, up to the first order in which it does not. */
async function passInOrders(
  prepared: Prepared,
  heldOut: HeldOut,
  orders: number,
  refused: string[],
  { onStep }: AcceptOptions,
): Promise<number> {
  const random = randomFrom('orders', prepared.task.id);
  const shuffled = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ at, rank: random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ at }) => at);
  const backwards = (count: number) => Array.from({ length: count }, (_, at) => count - 1 - at);
  for (let order = 0; order < orders; order++) {
    onStep?.(`the reference, order ${order + 1} of ${orders}`);
    const place = order === 1 ? backwards : shuffled;
    const texts =
      order === 0
        ? prepared.heldOutTexts
        : Object.fromEntries(
            Object.entries(prepared.heldOutTexts).map(([file, text]) => [
              file,
              file.endsWith('.snap') ? text : reorderTests(text, file, place),
            ]),
          );
    const run = await heldOut.run(prepared.reference.fileText, { texts });
    if (run.failed.length === 0 && run.problems.length === 0) continue;
    const why = run.problems[0] ?? run.failed[0] ?? '';
    refused.push(
      `The reference fails ${run.failed.length} of ${run.total} held-out tests in order ${order + 1}: ${why}`,
    );
    return order;
  }
  return orders;
}

const acceptanceHash = ({ task, reference, heldOutTexts }: Prepared): string =>
  hashOf(task, reference.fileText, heldOutTexts);

/** Changes with the reference, the texts of its held-out tests and the split. */
function hashOf(task: EvalTask, fileText: string, heldOutTexts: Readonly<Record<string, string>>): string {
  const parts = [fileText, heldOutTexts, task.visible, task.heldOut, task.runner];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** The hash as the task's repository is now, for one without stored snapshots; another recorded one is out of date. */
export function hashNow(task: EvalTask): string {
  const { sources } = findSource(task);
  const read = (file: string) => readFileSync(join(sources, file), 'utf8');
  return hashOf(
    task,
    read(task.file),
    Object.fromEntries(task.heldOut.map(({ file }) => [file, read(file)])),
  );
}
