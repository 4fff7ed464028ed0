import { join } from 'node:path';
import { hashFile } from '../apply/apply.ts';
import type { CommandEvidence } from '../check/report.ts';
import type { Config } from '../config/settings.ts';
import { usageError } from '../errors.ts';
import { lastOf, withClassBench } from '../library/class-bench.ts';
import type { CheckReport } from '../loop/events.ts';
import { diagnosticText, failureText } from '../loop/feedback.ts';
import { type Repository, realTarget, within } from '../repository/repository.ts';
import type { Proof } from './statement.ts';

export interface Verification {
  /** Everything that the proof claims was shown again. */
  holds: boolean;
  className: string;
  file: string;
  /** What reads otherwise than when it was proven; it was judged as it is now. */
  changed: { file: string; what: 'class' | 'test' | 'dependent'; now: 'changed' | 'missing' }[];
  /** Why it does not hold, one each. */
  problems: string[];
  /** What the judges found this time. */
  commands: CommandEvidence[];
  tests?: CheckReport['tests'];
}

/**
 * Has what a proof claims shown again on a checkout: hashes, types of the class and its dependents, covering tests,
 * the repository's own compiler, negative controls. A proof is data: nothing that it names is run because it says so.
 */
export async function verifyProof(
  proof: Proof,
  options: { repository: Repository; config: Config; signal: AbortSignal },
): Promise<Verification> {
  const { repository, config, signal } = options;
  const { className, require, tests, dependents, baselineErrors, unnoticedMembers } = proof.predicate;
  const [{ name: file }] = proof.subject;
  const resources = [
    ...proof.subject.map((one) => ({ ...one, what: 'class' as const })),
    ...tests.map((one) => ({ ...one, what: 'test' as const })),
    ...dependents.map((one) => ({ ...one, what: 'dependent' as const })),
  ];
  const changed: Verification['changed'] = [];
  for (const { name, digest, what } of resources) {
    const path = realTarget(join(repository.root, name));
    if (within(repository.root, path) === undefined)
      throw usageError(
        'outside-repository',
        `The proof names ${name}, outside the repository.`,
        'Do not trust it.',
      );
    const hash = await hashFile(path);
    if (hash !== digest.sha256)
      changed.push({ file: name, what, now: hash === undefined ? 'missing' : 'changed' });
  }
  const answer = { className, file, changed, commands: [] };
  const gone = changed.find(({ what, now }) => what === 'class' && now === 'missing');
  if (gone) return { ...answer, holds: false, problems: [`${file} is not there.`] };
  return await withClassBench(
    { repository, config, file, className, signal, require },
    async (bench, now) => {
      const { report } = await lastOf<{ report: CheckReport }>(bench.judgeAsIs(signal));
      const problems = [
        ...report.problems,
        ...report.diagnostics.map(diagnosticText),
        ...report.failures.map(failureText),
        ...report.repairs.map((repair) => `It passes only with a repair: ${repair}`),
      ];
      if (now.baselineErrors > baselineErrors)
        problems.push(
          `Files around the class have ${now.baselineErrors} errors; when it was proven they had ${baselineErrors}.`,
        );
      const covering = new Set(now.coveringTests.map((test) => test.file));
      for (const test of tests)
        if (!covering.has(test.name)) problems.push(`${test.name} no longer covers the class.`);
      const unnoticed = report.unnoticedMembers.filter((member) => !unnoticedMembers.includes(member));
      if (unnoticed.length > 0) problems.push(`No test notices ${unnoticed.join(', ')} any more.`);
      if (!report.ok && problems.length === 0) problems.push(`It fails at the level ${report.level}.`);
      return {
        ...answer,
        holds: problems.length === 0,
        problems,
        commands: report.evidence,
        ...(report.tests ? { tests: report.tests } : {}),
      };
    },
  );
}
