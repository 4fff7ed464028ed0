import type { Prepared } from './prepare.ts';

export interface Leak {
  kind: 'reference' | 'class-name' | 'assertion';
  /** Where it was found: a path in the prepared repository, a git object, or a request. */
  where: string;
  detail: string;
}

/** What of the reference the tools could read in the prepared repository. */
export async function leaksIn(_prepared: Prepared): Promise<Leak[]> {
  return [];
}

/** Held-out assertions in the texts of the model's requests (system prompt, messages and tool results, decoded). */
export function leaksInRequests(_prepared: Prepared, _requests: readonly string[]): Leak[] {
  return [];
}
