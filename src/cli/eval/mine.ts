import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describeByModel, describeBySignatures } from '../../../evals/mine/describe.ts';
import { drawCandidates, type Mined, mineOne } from '../../../evals/mine/mine.ts';
import { evalsDir } from '../../../evals/task/source.ts';
import { loadConfig } from '../../config/config.ts';
import { EXIT, usageError } from '../../errors.ts';
import { openModel } from '../../model/index.ts';
import { checkDependencies, openRepository } from '../../repository/repository.ts';
import { jsonLine, oneLine } from '../../sanitize.ts';
import { type Flags, folderOf, settingFlags, textOf } from '../flags.ts';

const LIMIT = 10;

/** `classwright eval mine`: candidates with how many tests run them; with --write the tasks that are accepted. */
export async function evalMine(given: string, flags: Flags): Promise<number> {
  const root = folderOf({ repo: given });
  const repository = await openRepository({ cwd: root, targetFile: join(root, 'package.json') });
  const [limit, seed] = [numberOf(flags, 'limit', LIMIT), numberOf(flags, 'seed', 1)];
  const write = textOf(flags, 'write');
  const describe = write === undefined ? describeBySignatures : await describerOf(root, flags);
  const stop = new AbortController();
  let code: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    code = signal === 'SIGINT' ? EXIT.sigint : EXIT.sigterm;
    stop.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const mined: Mined[] = [];
  try {
    if (write !== undefined) checkDependencies(repository);
    const { drawn, found, passed } = await drawCandidates(repository, { limit, seed, signal: stop.signal });
    for (const candidate of write === undefined ? [] : drawn) {
      const one = await mineOne(candidate, {
        ...{ repository, describe, limit, seed, signal: stop.signal },
        source: { kind: 'local', path: repository.root },
        folder: join(evalsDir(), 'prepared'),
        sandbox: flags.sandbox === false ? 'none' : 'bubblewrap',
        onStep: (step) => process.stderr.write(`${oneLine(candidate.className)}: ${step}\n`),
      });
      mined.push(one);
      if (one.task && write !== undefined) await writeTask(resolve(write), one.task);
      if (!flags.json) process.stdout.write(`${linesOf(one).join('\n')}\n`);
    }
    if (flags.json)
      process.stdout.write(
        jsonLine({ schemaVersion: 1, candidates: drawn, found, passed, mined: mined.map(shortOf) }),
      );
    else if (write === undefined) {
      for (const { className, file, facts, tests, clones } of drawn)
        process.stdout.write(
          `${oneLine(className)} ${oneLine(file)}: ${facts.lines} lines, ${facts.members} members, ${facts.symbols.length} symbols, ${tests.length} test files${clones.length > 0 ? `, much like ${oneLine(clones[0] ?? '')}` : ''}\n`,
        );
      process.stdout.write(
        `\n${drawn.length} of ${found} candidates; ${passed.length} other classes make no task\n`,
      );
    } else process.stdout.write(`\n${mined.filter(({ task }) => task).length} of ${drawn.length} accepted\n`);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  const isNothing = write !== undefined && mined.every(({ task }) => task === undefined);
  return code ?? (isNothing ? EXIT.notVerified : EXIT.verified);
}

async function describerOf(cwd: string, flags: Flags) {
  const by = textOf(flags, 'describeBy') ?? 'model';
  if (by === 'signatures') return describeBySignatures;
  if (by !== 'model')
    throw usageError('bad-value', `--describe-by ${oneLine(by)} is unknown.`, 'Give model or signatures.');
  const { config } = loadConfig({ cwd, env: process.env, flags: settingFlags(flags) });
  const { model, modelTimeout } = config;
  return describeByModel(await openModel({ model, modelTimeout }));
}

function numberOf(flags: Flags, name: string, fallback: number): number {
  const text = textOf(flags, name);
  if (text === undefined) return fallback;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usageError('bad-number', `--${name} ${oneLine(text)} is no number from 1.`, 'Give a whole number.');
}

async function writeTask(folder: string, task: NonNullable<Mined['task']>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${task.className}.json`), `${JSON.stringify(task, null, 2)}\n`);
}

const shortOf = ({ candidate, task, refused }: Mined) => ({
  className: candidate.className,
  file: candidate.file,
  accepted: task !== undefined,
  refused,
});

function linesOf({ candidate, task, refused }: Mined): string[] {
  const { className, file } = candidate;
  return [
    `${task ? 'accepted' : 'refused '} ${oneLine(className)} ${oneLine(file)}`,
    ...refused.map((reason) => `  ${oneLine(reason)}`),
  ];
}
