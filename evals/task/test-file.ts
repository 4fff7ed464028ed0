import { countTests } from '../../src/check/test-titles.ts';

const NAMED = /\.(?:test|spec)(?:-d)?\.[cm]?[jt]sx?$/;
const PLACED = /(?:^|\/)(?:__tests__|tests?|specs?)\//;

/** Whether a file holds tests: by its name, or by its place and what it declares. Helpers of tests are none. */
export const isTestFile = (file: string, text: string): boolean =>
  /\.[cm]?[jt]sx?$/.test(file) && (NAMED.test(file) || (PLACED.test(file) && countTests(text, file) > 0));
