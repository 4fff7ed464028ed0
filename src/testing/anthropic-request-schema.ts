import { z } from 'zod';

/**
 * The Messages API's request as the strict fake takes it: every field that Classwright may send, and none more.
 * Sampling parameters and forced tool choice are absent on purpose: the current models answer 400 to them.
 */
const CacheControl = z.strictObject({ type: z.literal('ephemeral') }).optional();
const Id = z.string().regex(/^[a-zA-Z0-9_-]+$/);
const Words = z
  .string()
  .refine((text) => text.trim() !== '', 'text must hold something other than white space');

const Text = z.strictObject({ type: z.literal('text'), text: Words, cache_control: CacheControl });
const ToolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: Id,
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
});
const ToolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: Id,
  content: z.union([z.string(), z.array(z.strictObject({ type: z.literal('text'), text: Words }))]),
  is_error: z.boolean().optional(),
  cache_control: CacheControl,
});
const Thinking = z.strictObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string().min(1),
});
const RedactedThinking = z.strictObject({ type: z.literal('redacted_thinking'), data: z.string().min(1) });

const Message = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: z.union([Words, z.array(z.discriminatedUnion('type', [Text, ToolResult])).min(1)]),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.union([
      Words,
      z.array(z.discriminatedUnion('type', [Text, ToolUse, Thinking, RedactedThinking])).min(1),
    ]),
  }),
]);

const Tool = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z
    .looseObject({ type: z.literal('object') })
    .refine(
      (schema) => !('oneOf' in schema || 'allOf' in schema || 'anyOf' in schema),
      'input_schema takes no oneOf, allOf or anyOf at its top level',
    ),
  cache_control: CacheControl,
});

export const MessagesRequest = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.int().positive(),
  messages: z.array(Message).min(1),
  system: z.union([z.string(), z.array(Text).min(1)]).optional(),
  tools: z.array(Tool).min(1).optional(),
  tool_choice: z.strictObject({ type: z.literal('auto') }).optional(),
  stream: z.boolean().optional(),
});
export type MessagesRequest = z.infer<typeof MessagesRequest>;
export type RequestMessage = z.infer<typeof Message>;
export type RequestBlock = Exclude<RequestMessage['content'], string>[number];

export const blocksOf = (message: RequestMessage): RequestBlock[] =>
  typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;

/** What is wrong with the order of a well-formed request: the rules that no schema holds. */
export function orderProblems(request: MessagesRequest): string[] {
  const problems: string[] = [];
  const names = (request.tools ?? []).map((tool) => tool.name);
  for (const name of new Set(names))
    if (names.filter((other) => other === name).length > 1) problems.push(`tools: "${name}" stands twice`);

  const marks = cacheMarks(request);
  if (marks > 4) problems.push(`cache_control: ${marks} marks, at most 4`);

  if (request.messages[0]?.role !== 'user') problems.push('messages.0: the first must be a user message');
  if (request.messages.at(-1)?.role !== 'user') problems.push('messages: the last must be a user message');

  let called: string[] = [];
  for (const [index, message] of request.messages.entries()) {
    const at = `messages.${index}`;
    if (request.messages[index - 1]?.role === message.role) problems.push(`${at}: roles must alternate`);
    const blocks = blocksOf(message);
    if (message.role === 'assistant') {
      called = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
      if (called.length > 0 && names.length === 0) problems.push(`${at}: tool_use without tools`);
      if (new Set(called).size < called.length) problems.push(`${at}: tool_use ids must be unique`);
      continue;
    }
    const answered = blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    for (const id of called)
      if (!answered.includes(id)) problems.push(`${at}: tool_use ${id} has no tool_result right after it`);
    for (const id of answered)
      if (!called.includes(id))
        problems.push(`${at}: tool_result ${id} answers no tool_use of the message before`);
    if (new Set(answered).size < answered.length) problems.push(`${at}: a tool_use is answered twice`);
    const firstOther = blocks.findIndex((block) => block.type !== 'tool_result');
    const lastResult = blocks.findLastIndex((block) => block.type === 'tool_result');
    if (firstOther >= 0 && firstOther < lastResult) problems.push(`${at}: tool_result must come before text`);
    called = [];
  }
  return problems;
}

function cacheMarks(request: MessagesRequest): number {
  const system = typeof request.system === 'string' ? [] : (request.system ?? []);
  const blocks = [...(request.tools ?? []), ...system, ...request.messages.flatMap(blocksOf)];
  return blocks.filter((block) => 'cache_control' in block && block.cache_control !== undefined).length;
}
