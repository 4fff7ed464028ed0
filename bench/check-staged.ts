import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stagedQuestion } from '../src/check-files/changes.ts';
import { openChecker } from '../src/check-files/checker.ts';
import { openRepository } from '../src/repository/repository.ts';
import { DEPENDENTS, TARGET_FILE, targetText } from './generated-target.ts';
import { interleaved, type Row, row, seconds } from './measure.ts';

/**
 * What a commit waits for: `check --staged` of a class whose dependents it breaks, as a program from its start and
 * on a server that is warm, beside the repository's own `tsc --noEmit`.
 */
export async function checkStaged(root: string, rounds: number): Promise<Row[]> {
  const program = fileURLToPath(import.meta.resolve('../dist/src/cli/bin.js'));
  const git = (...args: string[]) => {
    const { status, stderr } = spawnSync(
      'git',
      ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org', ...args],
      { cwd: root, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  };
  git('add', '-A');
  git('commit', '-qm', 'first');
  const original = readFileSync(join(root, TARGET_FILE), 'utf8');
  const checker = openChecker(await openRepository({ cwd: root, targetFile: root }));
  let revision = 10_000;
  const stage = () => {
    writeFileSync(join(root, TARGET_FILE), targetText({ revision: ++revision, broken: 'dependents' }));
    git('add', TARGET_FILE);
  };
  const expect = (found: number) => {
    if (found < DEPENDENTS) throw new Error(`${found} errors found where ${DEPENDENTS} were to be found`);
  };
  try {
    const sides = {
      cold: async () => {
        stage();
        return await seconds(() => {
          const { stdout, stderr } = spawnSync(process.execPath, [program, 'check', '--staged', '--json'], {
            cwd: root,
            encoding: 'utf8',
          });
          if (!stdout) throw new Error(stderr);
          expect(JSON.parse(stdout).diagnostics.length);
        });
      },
      warm: async () => {
        stage();
        return await seconds(async () => {
          const question = await stagedQuestion(checker.repository, { files: undefined, since: undefined });
          expect((await checker.check(question)).diagnostics.length);
        });
      },
      tsc: () =>
        seconds(() => {
          spawnSync(
            process.execPath,
            [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.', '--noEmit'],
            {
              cwd: root,
            },
          );
        }),
    };
    await interleaved(1, sides);
    const { cold, warm, tsc } = await interleaved(rounds, sides);
    const anchor = { name: "the repository's own tsc --noEmit", values: tsc };
    return [
      row('check --staged, from its start', anchor, { name: 'check --staged', values: cold }),
      row('check --staged, warm', anchor, { name: 'the same on a warm server', values: warm }),
    ];
  } finally {
    await checker.close();
    writeFileSync(join(root, TARGET_FILE), original);
    git('reset', '-q', '--hard');
  }
}
