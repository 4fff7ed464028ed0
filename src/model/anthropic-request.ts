import type {
  ContentBlockParam,
  MessageCreateParamsStreaming,
  TextBlockParam,
  Tool,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import { z } from 'zod';
import type { AnswerBlock, Message, ModelRequest, TextBlock, ToolResultBlock } from './model.ts';

const EPHEMERAL = { cache_control: { type: 'ephemeral' } } as const;
const ToolSchema = z.looseObject({ type: z.literal('object') });

/**
 * A request as the Messages API takes it. No sampling parameters, and no forced tool choice: the current models
 * refuse both. Cache marks (four, the most there may be) stand on the last tool, the system prompt, the end of
 * the last user message and the end of the one before, where the last call left its mark.
 */
export function toParams(request: ModelRequest, model: string): MessageCreateParamsStreaming {
  const messages = toMessages(request.messages);
  const userMessages = messages.filter((message) => message.role === 'user');
  for (const message of userMessages.slice(-2)) markLastBlock(message);
  return {
    model,
    max_tokens: request.maxOutputTokens,
    stream: true,
    ...(request.system.trim() === ''
      ? {}
      : { system: [{ type: 'text', text: request.system, ...EPHEMERAL }] }),
    ...(request.tools.length === 0 ? {} : { tools: toTools(request.tools) }),
    messages,
  };
}

function toTools(tools: ModelRequest['tools']): Tool[] {
  return tools.map((tool, index) => ({
    name: tool.name,
    description: tool.description,
    input_schema: ToolSchema.parse(tool.inputSchema),
    ...(index === tools.length - 1 ? EPHEMERAL : {}),
  }));
}

interface ApiMessage {
  role: 'user' | 'assistant';
  content: ContentBlockParam[];
}

/** The API refuses blank text, empty messages and, in its strict reading, two messages of one role in a row. */
function toMessages(messages: readonly Message[]): ApiMessage[] {
  const result: ApiMessage[] = [];
  for (const message of messages) {
    const content = message.content.filter((block) => !isBlank(block)).map(toBlock);
    if (content.length === 0) continue;
    const last = result.at(-1);
    if (last?.role === message.role) last.content.push(...content);
    else result.push({ role: message.role, content });
  }
  return result;
}

const isBlank = (block: AnswerBlock | ToolResultBlock): boolean =>
  block.type === 'text' && block.text.trim() === '';

function toBlock(block: TextBlock | ToolResultBlock | AnswerBlock): ContentBlockParam {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'tool_result':
      return {
        type: 'tool_result',
        tool_use_id: block.tool_use_id,
        content: block.content,
        ...(block.is_error === true ? { is_error: true } : {}),
      };
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: block.input };
    case 'thinking':
      return { type: 'thinking', thinking: block.thinking, signature: block.signature };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: block.data };
  }
}

function markLastBlock(message: ApiMessage): void {
  const last = message.content.at(-1);
  if (last !== undefined && isMarkable(last)) Object.assign(last, EPHEMERAL);
}

const isMarkable = (block: ContentBlockParam): block is TextBlockParam | ToolResultBlockParam =>
  block.type === 'text' || block.type === 'tool_result';
