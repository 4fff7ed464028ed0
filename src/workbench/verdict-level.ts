import { findLintTools, formatInCopy, lintInCopy } from '../apply/lint.ts';
import type { CheckLevel, LevelOutcome } from '../check/index.ts';
import { negativeControl } from '../check/negative-control.ts';
import type { CommandEvidence, Diagnostic } from '../check/report.ts';
import { compareEngines, newDiagnostics } from '../check/verdict.ts';
import { checksError } from '../errors.ts';
import { explainDiagnostics } from '../explain/explain.ts';
import { type CompileFailure, compileInCopy } from '../language/typescript/compile.ts';
import { throwingVariants } from '../language/typescript/syntax.ts';
import { createWorkingCopy, type WorkingCopy } from '../sandbox/sandbox.ts';
import { changedSince } from '../sandbox/snapshot.ts';
import { partBaseline, tolerated } from './goals.ts';
import { explainContext, type Ground } from './ground.ts';
import { checkLate } from './late-dependents.ts';
import { type LevelMemory, newErrors, runCoveringTests } from './levels.ts';
import { reopened, without } from './own-failures.ts';

/**
 * The last word: the repository's own formatter and linter, then, in a copy made anew from the user's tree, its own
 * compiler and the covering tests once more, and a negative control that shows that the tests judge the class.
 */
export const verdictLevel = (ground: Ground, memory: LevelMemory): CheckLevel => ({
  level: 'verdict',
  async run({ text: submitted, signal }) {
    const { task, repository } = ground;
    const styled = await style(ground, submitted, signal);
    const { text } = styled;
    const outcome: LevelOutcome = {
      ok: true,
      summary: '',
      text,
      findings: styled.findings,
      evidence: styled.evidence,
      problems: [],
      notChecked: [...ground.notChecked, ...styled.notes],
    };
    const lintFails = task.requireLint && styled.findings.length > 0;
    if (lintFails) {
      const problems = styled.findings.map((f) => `Lint, ${f.file}:${f.line}: ${f.message}`);
      return { ...outcome, ok: false, summary: `${styled.findings.length} new lint problem(s)`, problems };
    }
    await ground.language.setCandidate(text);
    ground.candidate = text;
    const meanwhile = await changedSince(ground.copy.snapshot);
    outcome.notChecked?.push(
      ...meanwhile.map((file) => ({ what: file, reason: 'changed during the run; judged as it is now' })),
    );
    if (meanwhile.length > 0) {
      await ground.language.filesChanged(meanwhile);
      const broken = await errorsNow(ground, signal);
      if (broken.length > 0)
        return {
          ...outcome,
          ok: false,
          summary: `${meanwhile[0]} changed during the run`,
          diagnostics: broken,
        };
    }
    const late = await checkLate(ground, text, signal);
    outcome.notChecked?.push(...late.notChecked);
    if (late.diagnostics.length > 0)
      return {
        ...outcome,
        ok: false,
        summary: `${late.diagnostics.length} new error(s) in far dependents`,
        diagnostics: await explainDiagnostics(late.diagnostics, explainContext(ground)),
      };
    const fresh = await createWorkingCopy({
      repository,
      sandbox: ground.copy.sandbox,
      hidden: ground.hidden,
      signal,
    });
    try {
      await fresh.write(task.file, text);
      const compiled = await compile(ground, fresh, signal);
      outcome.evidence?.push(...compiled.evidence);
      outcome.notChecked?.push(...compiled.differences);
      if (compiled.failure)
        throw checksError(
          'compiler-failed',
          `The repository's own compiler could not judge the class: ${compiled.failure.message}`,
          'Mend that first: without it nothing can be called verified.',
        );
      if (compiled.diagnostics.length > 0) {
        const diagnostics = await explainDiagnostics(compiled.diagnostics, explainContext(ground));
        return {
          ...outcome,
          ok: false,
          summary: `the repository's own compiler finds ${diagnostics.length} error(s)`,
          diagnostics,
        };
      }
      const tested =
        task.require === 'tests' ? await judgeByTests(ground, memory, fresh, text, signal) : undefined;
      const judged: LevelOutcome = tested
        ? {
            ...outcome,
            ...tested,
            evidence: [...(outcome.evidence ?? []), ...(tested.evidence ?? [])],
            notChecked: [...(outcome.notChecked ?? []), ...(tested.notChecked ?? [])],
          }
        : { ...outcome, summary: "the repository's own compiler agrees" };
      const changed = await changedSince(fresh.snapshot);
      if (judged.ok && changed.length > 0)
        return {
          ...judged,
          ok: false,
          final: true,
          summary: 'the repository changed meanwhile',
          problems: [`The repository changed while the class was judged: ${changed.slice(0, 5).join(', ')}.`],
        };
      return judged;
    } finally {
      await fresh.dispose();
    }
  },
});

/** The overlay's verdict once more, for a repository that is no longer what it was when the run began. */
async function errorsNow(ground: Ground, signal: AbortSignal) {
  const found: Diagnostic[] = [];
  for (const file of [ground.task.file, ...ground.dependents])
    found.push(...(await newErrors(ground, file, signal)));
  return await explainDiagnostics(found, explainContext(ground));
}

/** Formats and lints in the attempt's copy; what the tools cannot say is a note, not a failure. */
async function style(ground: Ground, text: string, signal: AbortSignal) {
  const { copy, repository, task, original } = ground;
  const tools = await findLintTools(repository, task.file);
  const notes = tools.notes.map((reason) => ({ what: 'style', reason }));
  const evidence: CommandEvidence[] = [];
  const note = (reason: string | undefined) => {
    if (reason !== undefined) notes.push({ what: 'style', reason });
  };
  let current = text;
  if (tools.formatter) {
    const formatted = await formatInCopy(copy, tools.formatter, { file: task.file, text, original }, signal);
    current = formatted.text;
    evidence.push(...formatted.evidence);
    note(formatted.note);
  }
  if (!tools.linter) return { text: current, findings: [], evidence, notes };
  const linted = await lintInCopy(copy, tools.linter, { file: task.file, text: current, original }, signal);
  note(linted.note);
  return { text: current, findings: linted.findings, evidence: [...evidence, ...linted.evidence], notes };
}

interface Compiled {
  diagnostics: Diagnostic[];
  evidence: CommandEvidence[];
  differences: { what: string; reason: string }[];
  failure?: CompileFailure;
}

/** Projects that the verdict compiles: the target's own and those of its dependents. */
const MOST_PROJECTS = 8;

async function projectsOf({ language, dependents }: Ground): Promise<string[]> {
  const found = await Promise.all(dependents.map((file) => language.tsconfigOf(file)));
  const others = found.filter((tsconfig) => tsconfig !== undefined);
  return [...new Set([language.project.tsconfig, ...others])];
}

/**
 * The repository's own compiler on the fresh copy, over the target's project and those of its dependents. Only where
 * one finds errors is it asked what was there before.
 */
async function compile(ground: Ground, fresh: WorkingCopy, signal: AbortSignal): Promise<Compiled> {
  const { repository, task, original, language } = ground;
  const projects = await projectsOf(ground);
  const result: Compiled = { diagnostics: [], evidence: [], differences: [] };
  for (const tsconfig of projects.slice(0, MOST_PROJECTS)) {
    const options = { copy: fresh, repository, tsconfig, signal };
    const now = await compileInCopy(options);
    result.evidence.push(...now.earlier, now.evidence);
    const isOwn = tsconfig === language.project.tsconfig;
    if (now.failure && isOwn) return { ...result, failure: now.failure };
    if (now.failure) result.differences.push({ what: tsconfig, reason: now.failure.message });
    if (now.failure || now.diagnostics.length === 0) continue;
    const text = await fresh.read(task.file);
    if (original === undefined) await fresh.remove(task.file);
    else await fresh.write(task.file, original);
    const before = await compileInCopy(options);
    await fresh.write(task.file, text ?? '');
    // A compiler that could not judge what was there leaves nothing to be tolerated.
    const parted = partBaseline(before.failure ? [] : before.diagnostics, task, original);
    const standing = tolerated(parted, ground.isDependent);
    result.evidence.push({ ...before.evidence, what: `${before.evidence.what}, before the class` });
    const added = newDiagnostics(standing, now.diagnostics, task.file);
    // A file may belong to several projects, and has its errors at the same places in each.
    const placeOf = (d: Diagnostic) => `${d.file}:${d.line}:${d.column} ${d.code} ${d.message}`;
    const known = new Set(result.diagnostics.map(placeOf));
    result.diagnostics.push(...added.filter((d) => !known.has(placeOf(d))));
    // Where the project is built, its output is now that of the original: tests have to load the class's.
    if (added.length === 0) await compileInCopy(options);
    if (!isOwn) continue;
    const native = (await language.diagnostics(task.file, signal)).diagnostics;
    const own = now.diagnostics.filter((d) => d.file === task.file);
    result.differences.push(
      ...compareEngines(native, own).notes.map((reason) => ({ what: 'compilers differ', reason })),
    );
  }
  for (const tsconfig of projects.slice(MOST_PROJECTS))
    result.differences.push({
      what: tsconfig,
      reason: `only the ${MOST_PROJECTS} nearest projects are compiled`,
    });
  return result;
}

async function judgeByTests(
  ground: Ground,
  memory: LevelMemory,
  fresh: WorkingCopy,
  text: string,
  signal: AbortSignal,
): Promise<LevelOutcome> {
  const { task } = ground;
  const groups = await reopened(ground, fresh);
  try {
    const { ok, summary, tests, failures, problems, evidence } = await runCoveringTests(
      ground,
      groups,
      fresh,
      memory,
      signal,
    );
    if (!ok) return { ok, summary: `in a clean copy ${summary}`, tests, failures, problems, evidence };
    const variants = throwingVariants(text, task.file, task.className);
    const control = await negativeControl({
      groups: without(groups, (file) => memory.broken.has(file)),
      copy: fresh,
      targetFile: task.file,
      acceptedText: text,
      variants,
      timeoutMs: ground.testTimeoutMs,
      signal,
    });
    return {
      ok: control.ok,
      final: !control.judges,
      summary: control.ok
        ? `${summary}; ${control.unnoticedMembers.length} member(s) unnoticed`
        : (control.problems[0] ?? ''),
      tests,
      problems: control.problems,
      unnoticedMembers: control.unnoticedMembers,
      notChecked: control.notChecked,
      evidence: [...evidence, ...control.evidence],
    };
  } finally {
    for (const { runner } of groups) await runner.close();
  }
}
