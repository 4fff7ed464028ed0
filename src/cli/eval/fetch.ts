import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Fetched, fetchRepository, repositoriesOf, type Wanted } from '../../../evals/task/fetch.ts';
import { loadSuite } from '../../../evals/task/load.ts';
import { ClasswrightError, EXIT, usageError } from '../../errors.ts';
import { jsonLine, oneLine } from '../../sanitize.ts';
import { type Flags, textOf } from '../flags.ts';

interface Answer {
  repository: string;
  commit: string;
  tasks: string[];
  folder: string | undefined;
  fetched: boolean;
  missing: string[];
  problem: string | undefined;
}

/** `classwright eval fetch`: 0 where every repository is there, 3 where one could not be brought. */
export async function evalFetch(suite = 'public', flags: Flags): Promise<number> {
  const reposDir = folderFrom(textOf(flags, 'reposDir'));
  const all = repositoriesOf(loadSuite(suite).map(({ task }) => task));
  const only = textOf(flags, 'only');
  const wanted = all.filter(({ name }) => only === undefined || name === only || name.endsWith(`/${only}`));
  if (only !== undefined && wanted.length === 0)
    throw usageError(
      'no-such-repository',
      `No task of ${suite} is in a repository ${only}.`,
      all.length > 0 ? `There are ${all.map(({ name }) => name).join(', ')}.` : 'It has none to fetch.',
    );
  const stop = new AbortController();
  let code: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    code = signal === 'SIGINT' ? EXIT.sigint : EXIT.sigterm;
    stop.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const answers: Answer[] = [];
  try {
    for (const one of wanted) {
      const answer = await fetchOne(one, reposDir, stop.signal);
      answers.push(answer);
      if (!flags.json) process.stdout.write(`${linesOf(answer).join('\n')}\n`);
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  if (flags.json) process.stdout.write(jsonLine({ schemaVersion: 1, repositories: answers }));
  else if (wanted.length === 0) process.stdout.write(`Nothing of ${suite} has to be fetched.\n`);
  return code ?? (answers.some(({ problem }) => problem !== undefined) ? EXIT.repository : EXIT.verified);
}

function folderFrom(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const folder = resolve(given);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw usageError(
    'no-folder',
    `There is no folder ${folder}.`,
    'Give the folder of clones with --repos-dir.',
  );
}

async function fetchOne(wanted: Wanted, reposDir: string | undefined, signal: AbortSignal): Promise<Answer> {
  const { name, commit, tasks } = wanted;
  const answer = { repository: name, commit, tasks };
  const onStep = (step: string) => process.stderr.write(`${oneLine(name)}: ${step}\n`);
  try {
    const fetched: Fetched = await fetchRepository(wanted, { reposDir, signal, onStep });
    const { folder, wasThere, missing } = fetched;
    return { ...answer, folder, fetched: !wasThere, missing, problem: undefined };
  } catch (error) {
    // The other repositories are brought all the same.
    if (!(error instanceof ClasswrightError) || signal.aborted) throw error;
    const problem = [error.message, error.advice].filter(Boolean).join(' ');
    return { ...answer, folder: undefined, fetched: false, missing: [], problem };
  }
}

function linesOf({ repository, commit, tasks, fetched, missing, problem }: Answer): string[] {
  const what = problem !== undefined ? 'failed ' : fetched ? 'fetched' : 'there  ';
  const many = `${tasks.length} task${tasks.length === 1 ? '' : 's'}`;
  return [
    `${what} ${oneLine(repository)} ${commit.slice(0, 12)} (${many})`,
    ...(problem === undefined ? [] : [`  ${oneLine(problem)}`]),
    ...(missing.length === 0
      ? []
      : [`  ${missing.length} files are not in the clone: ${missing.slice(0, 3).map(oneLine).join(', ')}`]),
  ];
}
