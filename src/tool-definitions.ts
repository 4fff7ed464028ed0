import { z } from 'zod';
import { modelName, type Tool } from '../tools/tool.ts';
import type { ToolDefinition } from './model/model.ts';

/** The tools as a model is told of them, in the order of the one list: byte-stable across a run. */
export const toolDefinitions = (tools: readonly Tool[]): ToolDefinition[] =>
  tools.map((tool) => {
    const { $schema: _, ...inputSchema } = z.toJSONSchema(tool.input, { io: 'input' });
    return { name: modelName(tool), description: tool.description, inputSchema };
  });
