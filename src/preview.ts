import type { GenerateOptions } from './config/config.ts';
import { usageError } from './errors.ts';
import type { RunEvent, RunResult } from './loop/events.ts';
import { run } from './loop/loop.ts';
import { commandChannel } from './loop/mailbox.ts';
import type { Model, ModelRequest } from './model/model.ts';
import { limitsOf, prepareTask } from './run-task.ts';
import { openWorkbench } from './workbench/open-workbench.ts';

export interface Preview {
  /** The first request, whole: what a model would get and nothing else. */
  request: ModelRequest;
  context: Extract<RunEvent, { type: 'context' }>;
}

/**
 * Runs the loop up to its first question and keeps that question in place of asking it: no model is needed, and
 * no session is left behind. A run that ends before it asks anything ends here with the same result.
 */
export async function previewContext(options: GenerateOptions): Promise<Preview | RunResult> {
  const { task, repository } = await prepareTask(options);
  let request: ModelRequest | undefined;
  const model: Model = {
    id: options.model,
    // biome-ignore lint/correctness/useYield: it never answers
    async *answer(asked) {
      request = asked;
      throw usageError('preview', 'The question is all that was wanted.');
    },
  };
  const sandbox = options.sandbox ? 'bubblewrap' : 'none';
  const events = run(task, {
    model,
    bench: openWorkbench({ repository, task, sandbox, testTimeoutMs: options.testTimeout * 1000 }),
    limits: limitsOf(options),
    prices: undefined,
    maxOutputTokens: 1,
    commands: commandChannel().commands,
    session: { id: '', transcript: '' },
    versions: {},
    history: [],
  });
  let context: Preview['context'] | undefined;
  for await (const event of events) {
    if (event.type === 'context') context = event;
    if (event.type !== 'result') continue;
    return request && context ? { request, context } : event.result;
  }
  throw new Error('the run ended without a result');
}
