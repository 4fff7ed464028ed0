import { setTimeout as sleep } from 'node:timers/promises';
import { Anthropic, APIError } from '@anthropic-ai/sdk';
import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/messages';
import { modelError } from '../errors.ts';
import { clean, toFailure } from './anthropic-errors.ts';
import { toParams } from './anthropic-request.ts';
import { BrokenStream, readAnswer, type StreamedAnswer } from './anthropic-stream.ts';
import { httpFetch } from './http-fetch.ts';
import type { Model, ModelDelta } from './model.ts';

export interface AnthropicOptions {
  model: string;
  credential: { apiKey: string } | { authToken: string };
  baseUrl: string;
  /** Longest silence of the server; its keep-alive pings count as life. */
  timeoutMs: number;
  maxRetries: number;
  /** First wait where the server names none; doubles from one retry to the next. */
  retryBaseMs: number;
}

const LONGEST_WAIT_MS = 60_000;
/** All waits of one call together: past it the server's trouble is the user's to know. */
const TOTAL_WAIT_MS = 5 * 60_000;
/** Longest that a timer can wait: the SDK's own clock is set past every one of ours. */
const NEVER_MS = 2 ** 31 - 1;

/** Claude over the Messages API. */
export function anthropicModel(options: AnthropicOptions): Model {
  const secrets = Object.values(options.credential);
  const context = { model: options.model, origin: new URL(options.baseUrl).origin, secrets };

  return {
    id: options.model,
    async *answer(request, signal) {
      const params = toParams(request, options.model);
      let waited = 0;
      for (let retries = 0; ; retries++) {
        signal.throwIfAborted();
        let wait: number;
        try {
          const { answer, explanation } = yield* callOnce(params, options, signal);
          if (answer.stopReason === 'refusal')
            throw modelError(
              'refused',
              `${answer.model} refused to answer${explanation === undefined ? '.' : `: ${clean(explanation, secrets)}`}`,
              'Say in the description what the class is for, or choose another model with --model.',
            );
          return answer;
        } catch (error) {
          signal.throwIfAborted();
          const failure = toFailure(error, context);
          if (failure === undefined) throw error;
          wait = failure.retryAfterMs ?? backoff(retries, options.retryBaseMs);
          const mayRetry = failure.retry && retries < options.maxRetries && waited + wait <= TOTAL_WAIT_MS;
          if (!mayRetry) throw failure.error;
          yield { type: 'retry', reason: failure.reason, waitSeconds: wait / 1000 };
        }
        await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted());
        waited += wait;
      }
    },
  };
}

/** Doubling, with up to a quarter taken off so that many clients do not return at once. */
const backoff = (retries: number, baseMs: number): number =>
  Math.min(LONGEST_WAIT_MS, baseMs * 2 ** retries) * (1 - Math.random() / 4);

async function* callOnce(
  params: MessageCreateParamsStreaming,
  options: AnthropicOptions,
  signal: AbortSignal,
): AsyncGenerator<ModelDelta, StreamedAnswer> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal.addEventListener('abort', abort, { once: true });
  let silent = false;
  const silence = setTimeout(
    () => {
      silent = true;
      controller.abort();
    },
    Math.min(options.timeoutMs, NEVER_MS),
  );

  try {
    const client = new Anthropic({
      ...options.credential,
      baseURL: options.baseUrl,
      maxRetries: 0,
      timeout: NEVER_MS,
      fetch: httpFetch(() => silence.refresh()),
      logLevel: 'off',
      openTelemetry: false,
    });
    const events = await client.messages.create(params, { signal: controller.signal });
    return yield* readAnswer(asBroken(events));
  } catch (error) {
    if (!silent) throw error;
    throw modelError(
      'timeout',
      `The Anthropic API was silent for ${Math.round(options.timeoutMs / 1000)} seconds.`,
      'Allow more time with CLASSWRIGHT_MODEL_TIMEOUT (seconds).',
    );
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', abort);
  }
}

/** Whatever ends the reading of a stream, other than the API's own error event, has cut it. */
async function* asBroken(events: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* events;
  } catch (error) {
    if (error instanceof APIError) throw error;
    throw new BrokenStream('the connection was lost');
  }
}
