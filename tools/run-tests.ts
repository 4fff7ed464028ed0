import { z } from 'zod';
import type { TestCase } from '../src/check/report.ts';
import { cutList, cutText } from './output.ts';
import { error } from './shared.ts';
import { defineTool } from './tool.ts';

export const runTests = defineTool({
  name: 'run-tests',
  description:
    'Runs the covering tests on the class as last submitted: names of the failing ones, expected and received, and frames inside the class. Costs an attempt; submitting runs them too.',
  input: z.strictObject({}),
  charge: 'attempt',
  async run(_input, context) {
    const run = await context.runTests(context.signal);
    if (!run) return error('No test covers the class: there is nothing to run.');
    const failed = run.tests.filter((test) => test.status === 'failed');
    const passed = run.tests.filter((test) => test.status === 'passed').length;
    const lines = [`${passed} of ${run.tests.length} covering tests pass.`];
    if (run.failure) lines.push(`The run is worth nothing (${run.failure.kind}): ${run.failure.message}`);
    // What a runner says of a file that does not load may quote the test; only its name is safe.
    for (const file of run.files)
      if (!file.loaded)
        lines.push(
          `A covering test file does not load${context.isWithheld(file.file) ? '' : `: ${file.file}: ${file.error ?? ''}`}.`,
        );
    if (failed.length > 0)
      lines.push(
        cutList(
          failed.map((test) => describe(test, context.targetFile)),
          { what: 'failing tests', limit: 12 },
        ),
      );
    return { text: lines.join('\n'), isError: failed.length > 0 || run.failure !== undefined };
  },
});

function describe(test: TestCase, targetFile: string): string {
  const lines = [`${test.title}`];
  const message = test.message?.split('\n')[0];
  if (message) lines.push(`   ${message}`);
  if (test.expected !== undefined) lines.push(`   expected: ${test.expected}`);
  if (test.received !== undefined) lines.push(`   received: ${test.received}`);
  const frames = test.frames?.filter((frame) => frame.file === targetFile) ?? [];
  if (frames.length > 0)
    lines.push(`   in the class: ${frames.map((one) => `${one.file}:${one.line}`).join(', ')}`);
  return cutText(lines.join('\n'));
}
