import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../config/config.ts';
import { checksError } from '../errors.ts';
import { removeClass } from '../language/typescript/syntax.ts';
import { packageRoot } from '../package-root.ts';
import { runProcess } from '../process.ts';
import { startRun } from '../run-task.ts';
import { sandboxAvailable } from '../sandbox/sandbox.ts';
import { terminalOf } from '../terminal.ts';
import { drive, nodeProcess } from './drive.ts';
import { end, fail, guardProcess } from './end.ts';

/**
 * `npm run demo`: the main job on the sample repository, without a key. The class is taken out of a copy of the
 * sample; the answers come from a recording; retrieval, tools, compiler, tests and sandbox are the real ones.
 */

const DemoTask = z.strictObject({
  repository: z.string(),
  className: z.string(),
  file: z.string(),
  descriptionFile: z.string(),
});

async function demo(): Promise<number> {
  const folder = join(packageRoot, 'evals/demo');
  const task = DemoTask.parse(JSON.parse(await readFile(join(folder, 'task.json'), 'utf8')));
  const sample = join(packageRoot, task.repository);
  const place = await mkdtemp(join(tmpdir(), 'classwright-demo-'));
  try {
    const cwd = join(place, 'shop');
    // Links between the workspace's packages stay relative, so they lead into the copy.
    await cp(sample, cwd, { recursive: true, verbatimSymlinks: true });
    const target = join(cwd, task.file);
    await writeFile(target, removeClass(await readFile(target, 'utf8'), task.file, task.className));
    await commit(cwd);
    const { available, reason } = await sandboxAvailable();
    process.stderr.write(
      [
        `A staged demo: the answers were played by hand and recorded, all else is real. ${task.className} has been`,
        `taken out of a copy of ${task.repository}; Classwright writes it anew from evals/demo/description.txt.`,
        ...(available ? [] : [`No sandbox here (${reason}): the sample's own tests run without one.`]),
        '',
        '',
      ].join('\n'),
    );
    const { config } = loadConfig({ cwd, env: {}, flags: {} });
    const replayFrom = join(folder, 'recording.jsonl');
    const description = (await readFile(join(packageRoot, task.descriptionFile), 'utf8')).trim();
    const options = {
      ...config,
      replayFrom,
      sandbox: available,
      request: {
        kind: 'new' as const,
        className: task.className,
        file: task.file,
        description,
        replace: false,
      },
      cwd,
      explicit: new Set<never>(),
      interactive: terminalOf(process, process.env).interactive,
      commandInput: false,
      patch: join(place, `${task.className}.patch`),
    };
    process.env.XDG_STATE_HOME = join(place, 'state');
    return await drive(() => startRun(options), options, nodeProcess());
  } finally {
    await rm(place, { recursive: true, force: true });
    process.stderr.write('The demo has removed its copy of the sample, and the kept patch with it.\n');
  }
}

/** The copy becomes a repository of its own, as a user's would be. */
async function commit(cwd: string): Promise<void> {
  const identity = [
    '-c',
    'user.name=demo',
    '-c',
    'user.email=demo@example.com',
    '-c',
    'commit.gpgsign=false',
  ];
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    [...identity, 'commit', '-q', '-m', 'sample'],
  ]) {
    const result = await runProcess(['git', ...args], {
      cwd,
      env: { PATH: process.env.PATH ?? '', HOME: cwd, GIT_CONFIG_NOSYSTEM: '1' },
      timeoutMs: 60_000,
      maxOutputBytes: 100_000,
    });
    if (result.exitCode !== 0)
      throw checksError(
        'demo-git',
        `git ${args[0]} failed: ${result.stderr || result.spawnError}`,
        'Install git.',
      );
  }
}

guardProcess(process.argv);
await end(await demo().catch((error: unknown) => fail(error, process.argv)));
