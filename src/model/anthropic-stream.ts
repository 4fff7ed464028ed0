import { z } from 'zod';
import { type AnswerBlock, type ModelAnswer, type ModelDelta, ThinkingBlock } from './model.ts';

/** The stream ended before its answer did, or held what no answer can: nothing of it may be used. */
export class BrokenStream extends Error {}

const count = z.number().nullish();
const ApiUsage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});
const Block = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown() }),
  ThinkingBlock.partial({ signature: true }),
  z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
]);
const Delta = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text_delta'), text: z.string() }),
  z.object({ type: z.literal('input_json_delta'), partial_json: z.string() }),
  z.object({ type: z.literal('thinking_delta'), thinking: z.string() }),
  z.object({ type: z.literal('signature_delta'), signature: z.string() }),
]);
const StreamEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message_start'),
    message: z.object({ model: z.string(), usage: ApiUsage }),
  }),
  z.object({ type: z.literal('content_block_start'), index: z.number(), content_block: Block }),
  z.object({ type: z.literal('content_block_delta'), index: z.number(), delta: Delta }),
  z.object({ type: z.literal('content_block_stop'), index: z.number() }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({
      stop_reason: z.string().nullish(),
      stop_details: z.object({ explanation: z.string().nullish() }).nullish(),
    }),
    usage: ApiUsage.nullish(),
  }),
  z.object({ type: z.literal('message_stop') }),
]);
const KNOWN: ReadonlySet<unknown> = new Set(StreamEvent.options.map((option) => option.shape.type.value));

/** An answer, and what a refusal said of itself. */
export interface StreamedAnswer {
  answer: ModelAnswer;
  explanation: string | undefined;
}

/** Builds the whole answer from the API's events; only one that ended with `message_stop` is returned. */
export async function* readAnswer(
  events: AsyncIterable<unknown>,
): AsyncGenerator<ModelDelta, StreamedAnswer> {
  const blocks = new Map<number, { block: z.infer<typeof Block>; json: string; closed: boolean }>();
  let model: string | undefined;
  let usage: z.infer<typeof ApiUsage> = {};
  let stopReason: string | null | undefined;
  let explanation: string | null | undefined;
  const open = (index: number) => {
    const entry = blocks.get(index);
    if (entry === undefined || entry.closed) throw new BrokenStream(`block ${index} is not open`);
    return entry;
  };

  for await (const raw of events) {
    const event = parseEvent(raw);
    switch (event?.type) {
      case 'message_start':
        model = event.message.model;
        usage = event.message.usage;
        break;
      case 'content_block_start':
        blocks.set(event.index, { block: event.content_block, json: '', closed: false });
        break;
      case 'content_block_delta': {
        const entry = open(event.index);
        const { block } = entry;
        if (event.delta.type === 'text_delta' && block.type === 'text') {
          block.text += event.delta.text;
          yield { type: 'text', text: event.delta.text };
        } else if (event.delta.type === 'input_json_delta' && block.type === 'tool_use') {
          entry.json += event.delta.partial_json;
        } else if (event.delta.type === 'thinking_delta' && block.type === 'thinking') {
          block.thinking += event.delta.thinking;
        } else if (event.delta.type === 'signature_delta' && block.type === 'thinking') {
          block.signature = (block.signature ?? '') + event.delta.signature;
        } else throw new BrokenStream(`a ${event.delta.type} in a ${block.type} block`);
        break;
      }
      case 'content_block_stop':
        open(event.index).closed = true;
        break;
      case 'message_delta':
        stopReason = event.delta.stop_reason ?? stopReason;
        explanation = event.delta.stop_details?.explanation ?? explanation;
        usage = { ...usage, ...present(event.usage ?? {}) };
        break;
      case 'message_stop': {
        if (model === undefined) throw new BrokenStream('the answer has no beginning');
        const ordered = [...blocks].sort(([a], [b]) => a - b);
        const content = ordered.map(([, entry]) => finish(entry.block, entry.json));
        return {
          answer: { content, stopReason: toStopReason(stopReason), usage: toUsage(usage), model },
          explanation: explanation ?? undefined,
        };
      }
    }
  }
  throw new BrokenStream('the answer was cut off');
}

/** Undefined for kinds of event that this version does not know: the API may add some. */
function parseEvent(raw: unknown): z.infer<typeof StreamEvent> | undefined {
  const head = z.object({ type: z.string() }).safeParse(raw);
  if (head.success && !KNOWN.has(head.data.type)) return undefined;
  const event = StreamEvent.safeParse(raw);
  if (!event.success)
    throw new BrokenStream(`an event that is none of the API's: ${z.prettifyError(event.error)}`);
  return event.data;
}

function finish(block: z.infer<typeof Block>, json: string): AnswerBlock {
  if (block.type === 'tool_use') return { ...block, input: json === '' ? block.input : toInput(json) };
  if (block.type === 'thinking') return { ...block, signature: block.signature ?? '' };
  return block;
}

/** Tool input is an object or it is malformed: the API takes nothing else back. */
function toInput(json: string): unknown {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
  } catch {
    return { __malformed: json };
  }
}

function toStopReason(reason: string | null | undefined): ModelAnswer['stopReason'] {
  switch (reason) {
    case 'end_turn':
    case 'tool_use':
    case 'max_tokens':
    case 'stop_sequence':
    case 'refusal':
    case 'pause_turn':
      return reason;
    case 'model_context_window_exceeded':
      return 'max_tokens';
    default:
      return 'other';
  }
}

const present = (usage: z.infer<typeof ApiUsage>) =>
  Object.fromEntries(Object.entries(usage).filter(([, value]) => typeof value === 'number'));

const toUsage = (usage: z.infer<typeof ApiUsage>): ModelAnswer['usage'] => ({
  input: usage.input_tokens ?? 0,
  output: usage.output_tokens ?? 0,
  cacheRead: usage.cache_read_input_tokens ?? 0,
  cacheWrite: usage.cache_creation_input_tokens ?? 0,
});
