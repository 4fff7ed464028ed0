import type { Detection, RunnerContext, RunnerKind, TestRunner } from '../../../check/test-runner.ts';
import { repositoryError } from '../../../errors.ts';
import type { Repository } from '../../../repository/repository.ts';
import { upwards } from './common.ts';
import { jest } from './jest.ts';
import { mocha } from './mocha.ts';
import { nodeTest } from './node-test.ts';
import { vitest } from './vitest.ts';

/** Every runner Classwright knows. A new one is a file beside this and a name in this list. */
export const RUNNERS: readonly RunnerKind[] = [vitest, jest, mocha, nodeTest];

export interface FoundRunner extends Detection {
  kind: RunnerKind;
  /** Folder with the traces: the package's own, or one above it. */
  dir: string;
}

/** The runner of a package: that of the nearest folder with traces of one, the surest trace first. Nothing is executed. */
export async function findRunner(
  repository: Repository,
  packageDir: string,
): Promise<FoundRunner | undefined> {
  for (const dir of upwards(packageDir)) {
    const found: FoundRunner[] = [];
    for (const kind of RUNNERS) {
      const detection = await kind.detect(repository, dir);
      if (detection) found.push({ kind, dir, ...detection });
    }
    const [best] = found.sort((a, b) => b.strength - a.strength);
    if (best) return best;
  }
  return undefined;
}

/** Opens what `findRunner` found for a package, in the working copy: it lists the tests of its folder, without those of packages below with a runner of their own. An error for the user where there is none or it is not installed. */
export async function openRunner(context: RunnerContext, packageDir: string): Promise<TestRunner> {
  const { repository } = context;
  const found = await findRunner(repository, packageDir);
  if (!found)
    throw repositoryError(
      'no-test-runner',
      `No test runner was found for ${packageDir === '' ? 'the repository' : packageDir} (looked for ${RUNNERS.map(({ name }) => name).join(', ')}).`,
      'Give --test-command with a command that leaves JUnit XML at {junit}, or use --require types.',
    );
  const runner = await found.kind.open(context, found.dir);
  const below = repository.packages.map(({ dir }) => dir).filter((dir) => dir !== found.dir);
  return {
    ...runner,
    async list() {
      const others: string[] = [];
      for (const dir of below) {
        const other = await findRunner(repository, dir);
        if (other && (other.kind !== found.kind || other.dir !== found.dir)) others.push(`${dir}/`);
      }
      const files = await runner.list();
      return files.filter(
        (file) => !others.some((dir) => file.startsWith(dir) && !`${found.dir}/`.startsWith(dir)),
      );
    },
  };
}
