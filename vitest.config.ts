import { defineConfig } from 'vitest/config';
import { summaryReporter } from './src/testing/summary-reporter.ts';

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.{ts,tsx}',
      'tools/**/*.test.ts',
      'evals/{task,run,score,report,mine,import}/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', summaryReporter],
  },
});
