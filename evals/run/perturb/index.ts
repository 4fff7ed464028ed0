import type { Perturb } from '../../task/prepare.ts';
import type { EvalTask } from '../../task/schema.ts';
import type { Perturbation } from '../schema.ts';
import { format } from './format.ts';
import { rename } from './rename.ts';
import { reorder } from './reorder.ts';

/** Says a description in other words; needs a model. */
export type Reword = (task: EvalTask, seed: number) => Promise<EvalTask['descriptions']>;

/** The change that a perturbation makes to a task's repository, ready to be applied to its files. */
export async function perturber(
  { kind, seed }: Perturbation,
  task: EvalTask,
  reword: Reword,
): Promise<Perturb> {
  switch (kind) {
    case 'rename':
      return rename;
    case 'reorder':
      return reorder;
    case 'format':
      return format;
    case 'reword': {
      const descriptions = await reword(task, seed);
      return (input) => ({ task: { ...input.task, descriptions }, changed: new Map() });
    }
  }
}
