import { z } from 'zod';
import { defineTool } from './tool.ts';

export const ask = defineTool({
  name: 'ask',
  description:
    "Asks the user what only the user can settle, where the class cannot be written without it, or says why a report is not the class's doing. Ends or pauses the run, so prefer an assumption wherever a likely answer exists.",
  input: z.strictObject({
    questions: z.array(z.string().min(1)).min(1).max(5).describe('Questions, the most consequential first'),
  }),
  charge: 'free',
  async run() {
    return {
      text: 'ask puts questions to the user of a run: it has no meaning by itself. Start one with `classwright generate-class`.',
      isError: true,
    };
  },
});
