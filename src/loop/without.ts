import { modelName } from '../../tools/tool.ts';
import type { Task } from './task.ts';

/** Steps of the loop, and parts of its first prompt, that an ablation can take away beside the tools. */
export const PARTS = [
  'retrieve',
  'repair',
  'explain',
  'reflect',
  'contract',
  'usages',
  'sibling',
  'declarations',
  'packages',
] as const;

/** Whether a phase or a part of the context is taken away. */
export const isWithout = (task: Pick<Task, 'without'>, part: (typeof PARTS)[number]): boolean =>
  task.without?.includes(part) ?? false;

export const isWithoutTool = (task: Pick<Task, 'without'>, tool: { name: string }): boolean =>
  task.without?.includes(modelName(tool)) ?? false;
