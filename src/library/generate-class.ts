import { resolve } from 'node:path';
import { usageError } from '../errors.ts';
import type { RunCommand, RunEvent, RunResult } from '../loop/events.ts';
import type { Model } from '../model/model.ts';
import { checkClassName } from '../repository/class-name.ts';
import { configFor, type RunSettings } from './settings.ts';

/** What a run is to write, and where. */
export interface GenerateClassOptions {
  /** Folder inside the repository (default: the current one). */
  cwd?: string;
  /** The class. */
  className: string;
  /** The one file that may change, relative to `cwd`; new or existing. */
  file: string;
  /** What the class must do, in plain words. */
  description: string;
  /** The class is there already: write it anew (default: false). */
  replace?: boolean;
  /** Answers in place of the configured model. */
  model?: Model;
  settings?: RunSettings;
  /**
   * Whether the accepted class is written to the user's file, or who decides when it is proposed (default: false:
   * the patch is kept, and the result names it).
   */
  apply?: boolean | ((proposal: Extract<RunEvent, { type: 'proposal' }>) => boolean | Promise<boolean>);
  /** Answers a question of the model; without it the model decides itself and lists what it assumed. */
  answer?: (question: Extract<RunEvent, { type: 'question' }>) => string | Promise<string>;
  /** Interrupts the run: it cleans up, and its last event is a result with the verdict `interrupted`. */
  signal?: AbortSignal;
}

/** A run under way. Its events can be read once; leaving the loop early ends the run and cleans up. */
export interface ClassRun extends AsyncIterable<RunEvent> {
  /** Sends a command into the run: a message, another budget. */
  send(command: RunCommand): void;
  /** Reads the run to its end, where nobody else does, and gives its result. */
  result(): Promise<RunResult>;
}

/**
 * Writes one class, checks it and revises it until it is proven or the budget is spent: what `classwright
 * generate-class` does. Starts when its events are first asked for.
 *
 * @example
 * ```ts
 * const run = generateClass({ className: 'OrderBook', file: 'src/order-book.ts', description: '…' });
 * for await (const event of run) if (event.type === 'result') console.log(event.result.verdict);
 * ```
 * @throws ClasswrightError from the iterator where the request itself is at fault: nothing was started then.
 */
export function generateClass(options: GenerateClassOptions): ClassRun {
  const waiting: RunCommand[] = [];
  let deliver = (command: RunCommand): void => {
    waiting.push(command);
  };
  let isRead = false;

  async function* events(): AsyncGenerator<RunEvent, void> {
    const { className, file, description, signal, replace = false, apply = false, answer } = options;
    signal?.throwIfAborted();
    checkClassName(className);
    const cwd = resolve(options.cwd ?? '.');
    const { config, explicit } = configFor(cwd, options.settings);
    const { startRun } = await import('../run-task.ts');
    const run = await startRun(
      {
        ...config,
        ask: answer !== undefined,
        interactive: answer !== undefined,
        commandInput: false,
        request: { kind: 'new', className, file, description, replace },
        cwd,
        explicit,
      },
      options.model,
    );
    deliver = run.send;
    for (const command of waiting) run.send(command);
    const interrupt = () => run.send({ type: 'interrupt', reason: 'user' });
    if (signal?.aborted) interrupt();
    signal?.addEventListener('abort', interrupt);
    try {
      for await (const event of run.events) {
        yield event;
        if (event.type === 'proposal') {
          const isAccepted = typeof apply === 'function' ? await apply(event) : apply;
          run.send({ type: 'approve', apply: isAccepted });
        }
        if (event.type === 'question' && answer)
          run.send({ type: 'answer', question: event.id, text: await answer(event) });
      }
    } finally {
      signal?.removeEventListener('abort', interrupt);
      run.endCommands();
      await run.events.return();
    }
  }

  const read = (): AsyncGenerator<RunEvent, void> => {
    if (isRead) throw usageError('read-twice', 'The events of a run can be read once.');
    isRead = true;
    return events();
  };
  return {
    [Symbol.asyncIterator]: read,
    send: (command) => deliver(command),
    async result() {
      for await (const event of read()) if (event.type === 'result') return event.result;
      throw new Error('the run ended without a result');
    },
  };
}
