import { modelError, usageError } from '../errors.ts';
import { DEFAULT_MODEL } from './default.ts';
import type { Model } from './model.ts';

export interface ModelOptions {
  /** Id of the model; the default one where it is not given. */
  model?: string;
  /** Longest silence of the provider in milliseconds; 10 minutes where it is not given. */
  timeoutMs?: number;
  maxRetries?: number;
  /** Play this recording's answers instead of asking a model. */
  replayFrom?: string;
  /** Answers that a resumed run already has from that recording. */
  skip?: number;
  /** Write the answers to this new file. */
  record?: { file: string; version: string; playedBy?: string; note?: string };
  /** Where `ANTHROPIC_API_KEY`, `ANTHROPIC_AUTH_TOKEN` and `ANTHROPIC_BASE_URL` are read; the process's own by default. */
  env?: Readonly<Record<string, string | undefined>>;
}

const TIMEOUT_MS = 10 * 60_000;
const MAX_RETRIES = 4;
const RETRY_BASE_MS = 1000;

/** Opens the model that a run asks. Whatever is missing or wrong is said here, before anything else happens. */
export async function openModel(options: ModelOptions): Promise<Model> {
  const model =
    options.replayFrom === undefined
      ? await openAnthropic(options)
      : await openReplay(options, options.replayFrom);
  if (options.record === undefined) return model;
  const { file, playedBy = model.playedBy ?? model.id, ...rest } = options.record;
  const { recording } = await import('./recorded.ts');
  return recording(model, file, { ...rest, playedBy });
}

async function openReplay({ skip }: ModelOptions, file: string): Promise<Model> {
  const { replay } = await import('./recorded.ts');
  return replay(file, skip === undefined ? {} : { skip });
}

async function openAnthropic(options: ModelOptions): Promise<Model> {
  const env = options.env ?? process.env;
  const credential = credentialFrom(env);
  const baseUrl = baseUrlFrom(env);
  const { anthropicModel } = await import('./anthropic.ts');
  return anthropicModel({
    model: options.model ?? DEFAULT_MODEL,
    credential,
    baseUrl,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    maxRetries: options.maxRetries ?? MAX_RETRIES,
    retryBaseMs: RETRY_BASE_MS,
  });
}

type Environment = NonNullable<ModelOptions['env']>;

function credentialFrom(env: Environment): { apiKey: string } | { authToken: string } {
  for (const [name, field] of [
    ['ANTHROPIC_API_KEY', 'apiKey'],
    ['ANTHROPIC_AUTH_TOKEN', 'authToken'],
  ] as const) {
    const value = env[name]?.trim();
    if (value === undefined || value === '') continue;
    if (!/^[\x21-\x7e]+$/.test(value))
      throw modelError(
        'bad-key',
        `${name} holds characters that no key has.`,
        `Set ${name} to the key alone.`,
      );
    return field === 'apiKey' ? { apiKey: value } : { authToken: value };
  }
  throw modelError(
    'no-key',
    'There is no key for the Anthropic API.',
    'Set ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN), or play a recording with --replay-from.',
  );
}

function baseUrlFrom(env: Environment): string {
  const value = env.ANTHROPIC_BASE_URL?.trim() || 'https://api.anthropic.com';
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return value;
  throw usageError(
    'bad-base-url',
    'ANTHROPIC_BASE_URL is no http or https address.',
    'Correct it, or unset it.',
  );
}
