import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ModelRequest } from './model.ts';

type Question = Pick<ModelRequest, 'system' | 'tools' | 'messages'>;

/** Hashes of what was asked: of all of it, and of each part, so that a difference can be placed. */
export const Fingerprint = z.object({
  hash: z.string(),
  system: z.string(),
  tools: z.record(z.string(), z.string()),
  messages: z.array(z.string()),
});
export type Fingerprint = z.infer<typeof Fingerprint>;

/** SHA-256 of system prompt, tools and messages, whatever the order of their keys. */
export const requestHash = ({ system, tools, messages }: Question): string =>
  hashOf({ system, tools, messages });

export const fingerprint = (question: Question): Fingerprint => ({
  hash: requestHash(question),
  system: hashOf(question.system),
  tools: Object.fromEntries(question.tools.map((tool) => [tool.name, hashOf(tool)])),
  messages: question.messages.map(hashOf),
});

const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value, sortKeys)).digest('hex');

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    : value;
