import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestRun } from '../check/report.ts';
import type { RunnerContext } from '../check/test-runner.ts';
import { packageRoot } from '../package-root.ts';
import { openRepository } from '../repository/repository.ts';
import { createWorkingCopy, sandboxAvailable } from '../sandbox/sandbox.ts';

/** A repository in a temporary folder with some of Classwright's own dependencies, and a working copy of it. */
export async function runnerFixture(
  files: Record<string, string>,
  targetFile: string,
  packages: readonly string[],
): Promise<{ root: string; context: RunnerContext; close(): Promise<void> }> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'runner-fixture-')));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
  await mkdir(join(root, 'node_modules'));
  for (const name of packages)
    await symlink(join(packageRoot, 'node_modules', name), join(root, 'node_modules', name));
  const repository = await openRepository({ cwd: root, targetFile });
  const sandbox = (await sandboxAvailable()).available ? 'bubblewrap' : 'none';
  const copy = await createWorkingCopy({ repository, sandbox });
  return {
    root,
    context: { repository, copy },
    async close() {
      await copy.dispose();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** `status id` of each test, for comparing exactly. */
export const statuses = (run: TestRun): string[] => run.tests.map(({ status, id }) => `${status} ${id}`);
