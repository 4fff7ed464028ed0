import { z } from 'zod';

/** The seam to a language model: messages and tools in, a stream of text and one whole answer out. */

export const TextBlock = z.object({ type: z.literal('text'), text: z.string() });
export const ToolUseBlock = z.object({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  /**
   * As the model wrote it: parsed by the tool's own schema, never cast. Input that is no JSON object arrives as
   * `MalformedInput` and is answered as a malformed call.
   */
  input: z.unknown(),
});
/** What stands in place of a tool input that could not be parsed. */
export const MalformedInput = z.strictObject({ __malformed: z.string() });
/** Reasoning, opaque to us: the provider wants it back unchanged with the rest of the answer. */
export const ThinkingBlock = z.object({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string(),
});
const RedactedThinkingBlock = z.object({ type: z.literal('redacted_thinking'), data: z.string() });
export const ToolResultBlock = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.string(),
  is_error: z.boolean().optional(),
});
export const AnswerBlock = z.discriminatedUnion('type', [
  TextBlock,
  ToolUseBlock,
  ThinkingBlock,
  RedactedThinkingBlock,
]);
/** An assistant message holds an answer's `content` whole and in its order: the provider checks that. */
export const Message = z.discriminatedUnion('role', [
  z.object({
    role: z.literal('user'),
    content: z.array(z.discriminatedUnion('type', [TextBlock, ToolResultBlock])),
  }),
  z.object({ role: z.literal('assistant'), content: z.array(AnswerBlock) }),
]);
export type TextBlock = z.infer<typeof TextBlock>;
export type ToolUseBlock = z.infer<typeof ToolUseBlock>;
export type ToolResultBlock = z.infer<typeof ToolResultBlock>;
export type AnswerBlock = z.infer<typeof AnswerBlock>;
export type Message = z.infer<typeof Message>;

/** Tokens as the provider counted them. `input` is what was neither read from nor written to its cache. */
export const Usage = z.object({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
});
export type Usage = z.infer<typeof Usage>;

export const ModelAnswer = z.object({
  content: z.array(AnswerBlock),
  /** `max_tokens` means that the answer was cut: a failed attempt, never parsed as if it were whole. */
  stopReason: z.enum([
    'end_turn',
    'tool_use',
    'max_tokens',
    'stop_sequence',
    'refusal',
    'pause_turn',
    'other',
  ]),
  usage: Usage,
  /** The model's id as the provider reports it. */
  model: z.string(),
});
export type ModelAnswer = z.infer<typeof ModelAnswer>;

export interface ToolDefinition {
  name: string;
  description: string;
  /** JSON Schema of the input object. */
  inputSchema: Record<string, unknown>;
}

export interface ModelRequest {
  system: string;
  tools: readonly ToolDefinition[];
  /** Byte-stable prefix across the calls of a run: a later call only appends. */
  messages: readonly Message[];
  maxOutputTokens: number;
}

export type ModelDelta =
  | { type: 'text'; text: string }
  /** The call starts anew after `waitSeconds`: text that it streamed so far is void. */
  | { type: 'retry'; reason: string; waitSeconds: number }
  /** A replayed answer belongs to another question than the one asked now. */
  | { type: 'drift'; call: number; detail: string };

export interface Model {
  readonly id: string;
  /** Set where the answers come from a recording: `played by hand`, or the id of the model that gave them. */
  readonly playedBy?: string;
  /**
   * Streams what arrives and returns the whole answer. Throws `ClasswrightError` of kind `model` where the
   * model cannot be reached, refuses or is not allowed; rejects within a second of `signal` aborting.
   */
  answer(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelDelta, ModelAnswer>;
}
