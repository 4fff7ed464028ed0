import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { exportRun, parseExport } from '../../../evals/report/export.ts';
import { htmlPage } from '../../../evals/report/html.ts';
import { markdown } from '../../../evals/report/markdown.ts';
import type { Report } from '../../../evals/report/report.ts';
import { type Story, storyOfLogs, unreadableStory } from '../../../evals/report/story.ts';
import { text } from '../../../evals/report/text.ts';
import { withoutSources } from '../../../evals/report/without-sources.ts';
import { readRun, runFolder } from '../../../evals/run/folders.ts';
import { readLogs } from '../../../evals/run/logs.ts';
import type { Outcome } from '../../../evals/run/schema.ts';
import type { RunData } from '../../../evals/score/run-data.ts';
import type { SummaryOptions } from '../../../evals/score/summary.ts';
import { EXIT, usageError } from '../../errors.ts';
import { jsonLine } from '../../sanitize.ts';
import { terminalOf } from '../../terminal.ts';
import { type Flags, textOf } from '../flags.ts';

/** A run to report on, with where its reports lie and the stories of its samples. */
export interface Results {
  run: RunData;
  /** Where its HTML goes unless another file is named. */
  htmlFile: string;
  readStory: (outcome: Outcome) => Promise<Story | undefined>;
}

/** Opens a run by its folder or id, or a file that `eval export` wrote, which has no stories. */
export async function openResults(name: string, flags: Flags): Promise<Results> {
  const bare = flags.withoutSources === true;
  if (name.endsWith('.jsonl')) {
    const file = resolve(name);
    const content = await readFile(file, 'utf8').catch(() => {
      throw usageError(
        'no-export',
        `There is no file ${name}.`,
        'Give a run, or a file that eval export wrote.',
      );
    });
    const run = parseExport(content, basename(file));
    return {
      run: bare ? withoutSources(run) : run,
      htmlFile: file.replace(/\.jsonl$/, '.html'),
      readStory: async () => undefined,
    };
  }
  const folder = runFolder(name);
  const run = await readRun(folder);
  const htmlFile = join(folder, bare ? 'report-facts.html' : 'report.html');
  if (bare) return { run: withoutSources(run), htmlFile, readStory: async () => undefined };
  return {
    run,
    htmlFile,
    readStory: async ({ cell }) => await storyIn(join(folder, 'sessions', cell)),
  };
}

/** A log that cannot be read costs its own story, not the report. */
async function storyIn(folder: string): Promise<Story | undefined> {
  try {
    const logs = await readLogs(folder);
    return logs.length === 0 ? undefined : storyOfLogs(logs.map(({ events }) => events));
  } catch (error) {
    return unreadableStory(error instanceof Error ? error.message : String(error));
  }
}

export const summaryOptions = (flags: Flags): SummaryOptions => ({
  clusterByRepository: flags.byRepository === true,
});

/**
 * Gives a report as it was asked for: with --json or --markdown that alone, on standard output or in the file of
 * --out; otherwise the HTML file and its head as text.
 */
export async function present(
  report: Report,
  results: readonly Results[],
  flags: Flags,
  htmlFile: string,
): Promise<number> {
  const out = textOf(flags, 'out');
  if (flags.json && flags.markdown)
    throw usageError('two-formats', '--json and --markdown contradict each other.', 'Give one of them.');
  const printed = flags.json ? jsonLine(report) : flags.markdown ? markdown(report) : undefined;
  if (printed !== undefined) {
    await put(printed, out);
    return EXIT.verified;
  }
  const byRun = new Map(results.map(({ run, readStory }) => [run, readStory]));
  const html = await htmlPage(
    report,
    results.map(({ run }) => run),
    async (run, outcome) => await byRun.get(run)?.(outcome),
  );
  const file = out ?? htmlFile;
  await put(html, file);
  process.stdout.write(`${text(report, terminalOf(process, process.env).stdout.columns)}\n\n${file}\n`);
  return EXIT.verified;
}

/** Writes to a file, or to standard output where none is named. */
export async function put(content: string, file: string | undefined): Promise<void> {
  if (file === undefined) {
    process.stdout.write(content);
    return;
  }
  await writeFile(file, content).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError('unwritable', `${file} cannot be written: ${reason}`, 'Name another file with --out.');
  });
}

/** The export of a run, bare where it was asked for. */
export const exported = ({ run }: Results, flags: Flags): string =>
  exportRun(run, { sources: flags.withoutSources !== true });
