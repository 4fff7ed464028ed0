import { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { type ClasswrightError, modelError } from '../errors.ts';
import { BrokenStream } from './anthropic-stream.ts';

/** What one failed call means: whether another may help, when, and what to tell the user if not. */
export interface Failure {
  retry: boolean;
  /** Milliseconds the server asked to wait, where it did. */
  retryAfterMs: number | undefined;
  /** Short, for the progress line: `429 rate_limit_error`. */
  reason: string;
  error: ClasswrightError;
}

export interface FailureContext {
  model: string;
  /** Scheme, host and port alone: never credentials. */
  origin: string;
  /** Must stand in no message. */
  secrets: readonly string[];
}

/** Statuses of errors that arrive inside a stream, after its 200. */
const STATUS_OF_TYPE: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** Undefined for what is no failure of a call: a defect, which keeps its stack. */
export function toFailure(error: unknown, context: FailureContext): Failure | undefined {
  if (error instanceof BrokenStream) {
    const said = 'The answer of the Anthropic API broke off';
    return again(error.message, modelError('broken-answer', `${said}: ${error.message}.`, 'Try again.'));
  }
  if (error instanceof APIConnectionError) {
    const detail = clean(causeOf(error), context.secrets);
    const message = `The Anthropic API cannot be reached at ${context.origin} (${detail}).`;
    const advice = 'Check the network and ANTHROPIC_BASE_URL.';
    return again(detail, modelError('unreachable', message, advice));
  }
  if (error instanceof APIError) return statusFailure(error, context);
  return undefined;
}

const again = (reason: string, error: ClasswrightError): Failure => ({
  retry: true,
  retryAfterMs: undefined,
  reason,
  error,
});

function statusFailure(apiError: APIError, context: FailureContext): Failure {
  const type = apiError.type ?? 'error';
  const status = apiError.status ?? STATUS_OF_TYPE[type] ?? 500;
  const said = clean(apiError.apiMessage ?? apiError.message, context.secrets);
  const refused = apiError.headers?.get('x-should-retry') === 'false';
  return {
    retry: !refused && (status === 408 || status === 409 || status === 429 || status >= 500),
    retryAfterMs: retryAfter(apiError.headers, Date.now()),
    reason: `${status} ${type}`,
    error: statusError(status, type, said, context),
  };
}

function statusError(status: number, type: string, said: string, { model, origin }: FailureContext) {
  if (status === 401 || status === 403)
    return modelError(
      'key-refused',
      `The Anthropic API refused the key (${status}): ${said}`,
      'Check ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, and that the key may use this model.',
    );
  if (status === 402)
    return modelError(
      'billing',
      `The Anthropic API asks for payment: ${said}`,
      'Check the plan of this key.',
    );
  if (status === 404 && type === 'not_found_error')
    return modelError(
      'unknown-model',
      `The Anthropic API knows no model "${model}": ${said}`,
      'Choose another with --model.',
    );
  if (status === 404)
    return modelError(
      'not-found',
      `No Messages API answers at ${origin} (404).`,
      'Check ANTHROPIC_BASE_URL.',
    );
  if (status === 429)
    return modelError('rate-limited', `The Anthropic API limits this key (429): ${said}`, 'Wait a while.');
  if (status >= 500 || status === 408 || status === 409)
    return modelError(
      status === 529 ? 'overloaded' : 'server-error',
      `The Anthropic API failed (${status}): ${said}`,
      'Wait a while.',
    );
  return modelError('bad-request', `The Anthropic API refused the request (${status}): ${said}`);
}

/** Milliseconds from `retry-after-ms` or `retry-after`, which holds seconds or a date. */
export function retryAfter(headers: Headers | undefined, now: number): number | undefined {
  const milliseconds = headers?.get('retry-after-ms');
  if (milliseconds && Number.isFinite(Number(milliseconds))) return Math.max(0, Number(milliseconds));
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function causeOf(error: Error): string {
  let innermost: unknown = error;
  while (innermost instanceof Error && innermost.cause !== undefined) innermost = innermost.cause;
  if (!(innermost instanceof Error)) return String(innermost);
  return 'code' in innermost && typeof innermost.code === 'string' ? innermost.code : innermost.message;
}

/** One line, no secret, no page of HTML. */
export function clean(text: string, secrets: readonly string[]): string {
  let result = text.replace(/\s+/g, ' ').trim();
  for (const secret of secrets) result = result.replaceAll(secret, '[key]');
  return result.length > 600 ? `${result.slice(0, 600)}…` : result;
}
