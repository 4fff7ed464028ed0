import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

/** One `testcase` of a JUnit report, whatever wrote it. */
export interface JUnitCase {
  name: string;
  classname: string;
  /** What may name the test file: attributes `file`, `classname` and the names of the suites around, nearest first. */
  places: string[];
  status: 'passed' | 'failed' | 'skipped';
  /** Message and text of each failure and error. */
  errors: { message: string; text: string }[];
}

const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Problem = z.union([
  Text.transform((text) => ({ message: '', text })),
  z.object({ '@message': Text.catch(''), '#text': Text.catch('') }).transform((p) => ({
    message: p['@message'],
    text: p['#text'],
  })),
]);
const Problems = z.array(Problem).catch([]);

const Case = z.object({
  '@name': Text.catch(''),
  '@classname': Text.catch(''),
  '@file': Text.catch(''),
  failure: Problems,
  error: Problems,
  skipped: z.unknown().optional(),
});

interface Suite {
  '@name': string;
  '@file': string;
  testsuite: Suite[];
  testcase: z.infer<typeof Case>[];
}
const Suite: z.ZodType<Suite> = z.object({
  '@name': Text.catch(''),
  '@file': Text.catch(''),
  get testsuite() {
    return z.array(Suite).catch([]);
  },
  testcase: z.array(Case).catch([]),
});

const Report = z.union([
  z
    .object({ testsuites: z.union([Suite, z.literal('').transform(() => undefined)]) })
    .transform((r) => r.testsuites),
  z
    .object({ testsuite: z.array(Suite) })
    .transform((r): Suite => ({ '@name': '', '@file': '', testcase: [], testsuite: r.testsuite })),
]);

const LISTS = new Set(['testsuite', 'testcase', 'failure', 'error']);

/** Cases of a JUnit XML report in its order; undefined where the text is no such report. */
export function parseJUnit(xml: string): JUnitCase[] | undefined {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    isArray: (name) => LISTS.has(name),
  });
  let report: z.ZodSafeParseResult<Suite | undefined>;
  try {
    report = Report.safeParse(parser.parse(xml, true));
  } catch {
    return undefined;
  }
  if (!report.success) return undefined;
  const cases: JUnitCase[] = [];
  const visit = (suite: Suite, around: string[]): void => {
    const places = [suite['@file'], suite['@name'], ...around].filter((place) => place !== '');
    for (const one of suite.testcase) {
      const errors = [...one.failure, ...one.error];
      const status = errors.length > 0 ? 'failed' : one.skipped === undefined ? 'passed' : 'skipped';
      const own = [one['@file'], one['@classname']].filter((place) => place !== '');
      cases.push({
        name: one['@name'],
        classname: one['@classname'],
        places: [...own, ...places],
        status,
        errors,
      });
    }
    for (const inner of suite.testsuite) visit(inner, places);
  };
  if (report.data) visit(report.data, []);
  return cases;
}
