import type { Usage } from '../model/model.ts';
import type { RunState } from './state.ts';

/** Prices per million tokens, as the user configured them for the model. */
export interface Prices {
  input: number;
  output: number;
  /** Where it is not given, a cached token counts as an input token. */
  cacheRead?: number;
  cacheWrite?: number;
}

export const totalTokens = (usage: Usage): number =>
  usage.input + usage.output + usage.cacheRead + usage.cacheWrite;

export const costOf = (usage: Usage, prices: Prices): number =>
  (usage.input * prices.input +
    usage.output * prices.output +
    usage.cacheRead * (prices.cacheRead ?? prices.input) +
    usage.cacheWrite * (prices.cacheWrite ?? prices.input)) /
  1_000_000;

/** A limit that is reached: its name, the value and the maximum, and the flag that raises it. */
export interface Exhausted {
  limit: 'attempts' | 'tokens' | 'cost' | 'seconds';
  value: number;
  maximum: number;
  flag: string;
}

/**
 * The one place where the limits of a run are enforced, asked before each model call and before each attempt.
 * `secondsUsed` counts this process only: a resumed run gets its time anew.
 */
export function exhausted(
  state: RunState,
  {
    maxAttempts,
    secondsUsed,
    prices,
  }: { maxAttempts: number; secondsUsed: number; prices: Prices | undefined },
): Exhausted | undefined {
  const { limits, usage } = state;
  if (!limits) return undefined;
  const attempts = Math.min(limits.attempts, maxAttempts);
  const tokens = totalTokens(usage);
  const cost = prices ? costOf(usage, prices) : 0;
  if (state.attemptsUsed >= attempts)
    return { limit: 'attempts', value: state.attemptsUsed, maximum: attempts, flag: '--max-attempts' };
  if (limits.tokens !== undefined && tokens >= limits.tokens)
    return { limit: 'tokens', value: tokens, maximum: limits.tokens, flag: '--max-tokens' };
  if (limits.cost !== undefined && cost >= limits.cost)
    return { limit: 'cost', value: cost, maximum: limits.cost, flag: '--max-cost' };
  if (limits.seconds !== undefined && secondsUsed >= limits.seconds)
    return { limit: 'seconds', value: secondsUsed, maximum: limits.seconds, flag: '--timeout' };
  return undefined;
}

export const lookUpsLeft = (state: RunState): number =>
  Math.max(0, (state.limits?.toolCallsPerRound ?? 0) - state.round.charged);
