import { z } from 'zod';
import { Submission } from '../src/loop/events.ts';
import { defineTool } from './tool.ts';

const { imports, class: classText, helpers, assumptions } = Submission.shape;

export const submitClass = defineTool({
  name: 'submit-class',
  description:
    'Submits the whole class for checking: compiler, dependents, covering tests. Everything else of the target file stays as it is. List as assumptions each decision that neither the description nor the repository settles.',
  input: z.strictObject({
    imports: imports.describe('Whole import statements that the class needs and the file may lack'),
    class: classText.describe(
      'The whole class declaration with its documentation, export and decorators included',
    ),
    helpers: helpers.describe('Further top-level declarations that only this file uses, none exported'),
    assumptions: assumptions.describe(
      'Decisions left open by description and repository; empty where there are none',
    ),
  }),
  charge: 'free',
  async run() {
    return {
      text: 'submit-class hands a class to a run: it has no meaning by itself. Start one with `classwright generate-class`.',
      isError: true,
    };
  },
});
