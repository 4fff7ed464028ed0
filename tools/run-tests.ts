import { z } from 'zod';
import { failureText } from '../src/loop/feedback.ts';
import { cutList } from './output.ts';
import { error } from './shared.ts';
import { defineTool } from './tool.ts';

export const runTests = defineTool({
  name: 'run-tests',
  description:
    'Runs the covering tests on the class as last submitted: names of the failing ones, expected and received, and frames inside the class. Costs an attempt; submitting runs them too.',
  input: z.strictObject({}),
  charge: 'attempt',
  async run(_input, context) {
    const outcome = await context.runTests(context.signal);
    if (!outcome) return error('No test covers the class: there is nothing to run.');
    const { ok, tests, problems, failures } = outcome;
    const lines = [`${tests.passed} of ${tests.total} covering tests pass.`, ...problems];
    if (failures.length > 0)
      lines.push(cutList(failures.map(failureText), { what: 'failing tests', limit: 12 }));
    return { text: lines.join('\n'), isError: !ok };
  },
});
