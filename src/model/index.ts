import { modelError, usageError } from '../errors.ts';
import { packageVersion } from '../package-root.ts';
import type { Model } from './model.ts';

export interface ModelOptions {
  /** Id of the model. */
  model: string;
  /** Longest silence of the provider, in seconds. */
  modelTimeout: number;
  /** File whose answers are played instead of asking a model. */
  replayFrom?: string;
  /** Answers of that recording that a resumed run already has. */
  skip?: number;
  /** New file that the answers are written to. */
  record?: string;
  /** Who answers, for the recording, where the model's id does not say it. */
  playedBy?: string;
  /** Where `ANTHROPIC_API_KEY`, `ANTHROPIC_AUTH_TOKEN` and `ANTHROPIC_BASE_URL` are read. */
  env?: Readonly<Record<string, string | undefined>>;
}

const MAX_RETRIES = 4;
const RETRY_BASE_MS = 1000;

/** Opens the model that a run asks. Whatever is missing or wrong is said here, before anything is asked. */
export async function openModel(options: ModelOptions): Promise<Model> {
  const { replayFrom, record, playedBy, skip = 0 } = options;
  if (replayFrom === undefined && record === undefined) return openAnthropic(options);
  const { recording, replay } = await import('./recorded.ts');
  const model = replayFrom === undefined ? await openAnthropic(options) : await replay(replayFrom, { skip });
  if (record === undefined) return model;
  return recording(model, record, {
    version: packageVersion,
    ...(playedBy === undefined ? {} : { playedBy }),
  });
}

async function openAnthropic(options: ModelOptions): Promise<Model> {
  const env = options.env ?? process.env;
  const credential = credentialFrom(env);
  const baseUrl = baseUrlFrom(env);
  const { anthropicModel } = await import('./anthropic.ts');
  return anthropicModel({
    model: options.model,
    credential,
    baseUrl,
    timeoutMs: options.modelTimeout * 1000,
    maxRetries: MAX_RETRIES,
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
