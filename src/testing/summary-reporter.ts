import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a run with one plain line of counts, after naming what was skipped: a test skips itself where an optional
 * system program is missing. With NO_SKIPPED_TESTS that is a failure, so that CI cannot pass by skipping.
 */
export const summaryReporter: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    for (const test of skipped) console.log(`skipped: ${test.module.relativeModuleId}: ${test.fullName}`);
    const broken = modules.filter((module) => module.errors().length > 0).length;
    if (skipped.length > 0 && process.env.NO_SKIPPED_TESTS) {
      console.log('Skipped tests are failures here: install the missing programs.');
      process.exitCode = 1;
    }
    const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
    console.log(`${count('passed')} passed, ${count('failed') + broken} failed${rest}`);
  },
};
