import { createHash } from 'node:crypto';
import { blocksOf, type MessagesRequest } from './anthropic-request-schema.ts';

export const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** Estimated at four characters a token. */
export const tokens = (value: unknown): number => Math.ceil(JSON.stringify(value).length / 4);

export const withoutMarks = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null, (key, inner) => (key === 'cache_control' ? undefined : inner)));

/** A mark finds what an earlier mark stored at most 20 blocks before it, as the API documents. */
const LOOK_BACK = 20;

/** Splits a request's input into read, written and fresh tokens, from its `cache_control` marks. */
export class PromptCache {
  readonly #stored = new Set<string>();

  usage(body: MessagesRequest) {
    const system =
      typeof body.system === 'string' ? [{ type: 'text' as const, text: body.system }] : (body.system ?? []);
    const blocks = [
      ...(body.tools ?? []),
      ...system,
      ...body.messages.flatMap((message) =>
        blocksOf(message).map((block) => ({ role: message.role, ...block })),
      ),
    ];
    const prefixes: { key: string; sum: number; marked: boolean }[] = [];
    let key = body.model;
    let sum = 0;
    for (const block of blocks) {
      const bare = withoutMarks(block);
      key = hashOf([key, bare]);
      sum += tokens(bare);
      prefixes.push({ key, sum, marked: 'cache_control' in block && block.cache_control !== undefined });
    }
    let read = 0;
    let written = 0;
    for (const [at, prefix] of prefixes.entries()) {
      if (!prefix.marked) continue;
      const found = prefixes
        .slice(Math.max(0, at - LOOK_BACK), at + 1)
        .findLast((p) => this.#stored.has(p.key));
      read = Math.max(read, found?.sum ?? 0);
      written = prefix.sum;
    }
    for (const prefix of prefixes) if (prefix.marked) this.#stored.add(prefix.key);
    return {
      input_tokens: sum - Math.max(read, written),
      cache_read_input_tokens: read,
      cache_creation_input_tokens: Math.max(0, written - read),
    };
  }
}
