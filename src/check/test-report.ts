import { stripVTControlCharacters } from 'node:util';
import type { ExplainedFailure, TestCase, TestRun } from './report.ts';

/** What a model may learn of the covering tests. */
export interface Disclosure {
  /** Repository-relative path of the file with the class. */
  targetFile: string;
  /** `--show-tests`: nothing is withheld. */
  showTests: boolean;
  /** Text of each covering test file: no code of theirs may be quoted. */
  testSources: Readonly<Record<string, string>>;
}

const MESSAGE_LENGTH = 3_000;
const VALUE_LENGTH = 4_000;
/** As many characters of a test's code in a row are a quotation; less is chance. */
const QUOTE = 20;

/** Shortens at a line's end, and says so. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const line = text.lastIndexOf('\n', length);
  const end = line > length / 2 ? line : length;
  return `${text.slice(0, end)}\n… (cut: ${text.length - end} of ${text.length} characters left out)`;
}

const STRING = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
const squeeze = (text: string) => text.replaceAll(/\s+/g, ' ');

/**
 * Finds quotations of test code: a text that shares 20 characters in a row with it. What stands in string literals
 * is no code: such texts come back as expected and received values.
 */
export function quotesCode(sources: Iterable<string>): (line: string) => boolean {
  const windows = new Set<string>();
  for (const source of sources)
    for (const part of source.replace(STRING, '\n').split('\n')) {
      const code = squeeze(part).trim();
      for (let at = 0; at + QUOTE <= code.length; at++) windows.add(code.slice(at, at + QUOTE));
    }
  return (line) => {
    const text = squeeze(line);
    for (let at = 0; at + QUOTE <= text.length; at++)
      if (windows.has(text.slice(at, at + QUOTE))) return true;
    return false;
  };
}

const FRAME = /^\s*at .*(?::\d+:\d+\)?|<anonymous>\)?|\(native\))$/;
/** `> 12 | code`, `12 │ code`, the markers under it, and how Node and SWC draw the same. */
const CODE_LINE = /^\s*(?:>\s*)?\d+\s*[|│]|^\s*[|│:·]\s*(?:[\^~─┬╰·]|$)|^\s*[\^~]+\s*$|^\s*[,╭`╰][-─]/;
/** Node prints the line it stopped at under its place. */
const PLACE_ABOVE_CODE = /^(?:\S.*)?[\\/.\w-]+\.[cm]?[jt]sx?:\d+$/;

/** A message without stack frames, code frames and colours. */
function withoutFrames(text: string): string {
  const kept: string[] = [];
  const lines = stripVTControlCharacters(text).replaceAll('\r\n', '\n').split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (PLACE_ABOVE_CODE.test(line) && /^\s*\^+\s*$/.test(lines[at + 2] ?? '')) at += 2;
    else if (!FRAME.test(line) && !CODE_LINE.test(line)) kept.push(line.trimEnd());
  }
  return kept
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/** Node's `assert(…)` quotes the call that failed. */
const FALSY = /(The expression evaluated to a falsy value):\s[\s\S]*/;

/** Makes what a runner said fit for a model: no code of a test, no frames, and not longer than needed. */
export function disclose({ showTests, testSources }: Disclosure): (text: string) => string {
  if (showTests) return (text) => shorten(withoutFrames(text), MESSAGE_LENGTH);
  const quotes = quotesCode(Object.values(testSources));
  return (text) => {
    const message = withoutFrames(text).replace(FALSY, '$1.');
    const lines = message
      .split('\n')
      .map((line) => (quotes(line) ? '(a line of the test is withheld)' : line));
    const once = lines.filter((line, at) => line !== lines[at - 1] || !line.startsWith('(a line of'));
    return shorten(once.join('\n'), MESSAGE_LENGTH);
  };
}

/** Failing tests as the model sees them: name, message, expected and received, and frames inside the class alone. */
export function explainFailures(
  run: Pick<TestRun, 'files' | 'tests'>,
  disclosure: Disclosure,
): ExplainedFailure[] {
  const clean = disclose(disclosure);
  const { targetFile, showTests } = disclosure;
  const explain = (test: string, one: Partial<TestCase>): Omit<ExplainedFailure, 'id'> => ({
    test,
    message: clean(one.message ?? '') || 'It failed without a message.',
    ...(one.expected === undefined ? {} : { expected: shorten(one.expected, VALUE_LENGTH) }),
    ...(one.received === undefined ? {} : { received: shorten(one.received, VALUE_LENGTH) }),
    frames: (one.frames ?? [])
      .filter(({ file }) => showTests || file === targetFile)
      .map(({ file, line, column }) => ({ file, line, column })),
  });
  const failed = run.tests.filter(({ status }) => status === 'failed');
  const broken = run.files.filter(({ loaded }) => !loaded);
  return [
    ...broken.map(({ file, error }) =>
      explain(file, { message: `The test file does not load: ${error ?? ''}` }),
    ),
    ...failed.map((test) => explain(test.id, test)),
  ].map((failure, at) => ({ id: `T${at + 1}`, ...failure }));
}
