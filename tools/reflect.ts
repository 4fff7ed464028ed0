import { z } from 'zod';
import { Reflection } from '../src/loop/events.ts';
import { defineTool } from './tool.ts';

const { failures, plan } = Reflection.shape;

export const reflect = defineTool({
  name: 'reflect',
  description:
    'Explains each failure of the last report by its id (D1, T2) with its cause in the class, and says what the next submission changes. Explain only what the report says.',
  input: z.strictObject({
    failures: failures.describe('One entry for each reported failure that is explained'),
    plan: plan.describe('What the next submission changes, in a few sentences'),
  }),
  charge: 'free',
  async run() {
    return {
      text: 'reflect answers the report of a run: it has no meaning by itself. Start one with `classwright generate-class`.',
      isError: true,
    };
  },
});
