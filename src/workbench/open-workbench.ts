import { runTool } from '../../tools/index.ts';
import type { ToolContext } from '../../tools/tool.ts';
import { applyClass, keepPatch, matchStyle } from '../apply/apply.ts';
import { unifiedDiff } from '../apply/diff.ts';
import { judge } from '../check/index.ts';
import { checksError } from '../errors.ts';
import { explainDiagnostics } from '../explain/explain.ts';
import { followUpPatch } from '../language/typescript/follow-up.ts';
import type { Task } from '../loop/task.ts';
import type { Workbench } from '../loop/workbench.ts';
import type { Repository } from '../repository/repository.ts';
import { CONTEXT_TOKENS, retrieve } from '../retrieve/retrieve.ts';
import { sourcesFor } from '../retrieve/sources.ts';
import { explainContext, type Ground, readGround } from './ground.ts';
import { type LevelMemory, levelsOf, newErrors, runCoveringTests } from './levels.ts';
import { understand } from './understand.ts';

export interface WorkbenchOptions {
  repository: Repository;
  task: Task;
  sandbox: 'bubblewrap' | 'none';
  /** For one run of the covering tests. */
  testTimeoutMs: number;
  /** Where a patch that is not applied is kept; in the user's state folder where it is not given. */
  patch?: string | undefined;
  /** Absolute folders that no program of the run may see. */
  hidden?: readonly string[];
}

/** The real world behind the loop: one repository, one target file. */
export function openWorkbench(options: WorkbenchOptions): Workbench & {
  toolContext(signal: AbortSignal): ToolContext;
  /** Puts a text in place of the target file for what tools and tests see. */
  propose(fileText: string): void;
  /** Judges the target file as it is on disk, by every level that does not depend on how it came to be. */
  judgeAsIs(signal: AbortSignal): ReturnType<Workbench['check']>;
} {
  const { task, repository } = options;
  const memory: LevelMemory = { denominator: undefined, broken: new Map() };
  let ground: Ground | undefined;
  const open = (): Ground => {
    if (ground) return ground;
    throw checksError('not-open', 'The repository has not been opened.');
  };

  return {
    async *understand(signal) {
      ground = yield* understand({ ...options, signal });
      return summaryOf(ground);
    },
    retrieve: (_signal, attempt) => retrieveFrom(open(), attempt),
    facts: () => ({
      targetText: open().original,
      compilerOptions: compilerOptionsText(open().language.project.options),
    }),
    check: (attempt, submission, signal) =>
      judge(levelsOf(open(), memory), { attempt, submission, text: '', signal }),
    callTool: (tool, input, signal) => runTool(tool, input, toolContext(open(), memory, signal)),
    toolContext: (signal) => toolContext(open(), memory, signal),
    judgeAsIs: (signal) =>
      judge(
        levelsOf(open(), memory).filter(({ level }) => level !== 'parse'),
        { attempt: 1, submission: NOTHING, text: open().original ?? '', signal },
      ),
    propose(fileText) {
      open().candidate = fileText;
    },
    diff: (fileText) => unifiedDiff(task.file, open().original, fileText),
    followUp: async (fileText) => {
      const { files } = open();
      const read = async (file: string) => (file === task.file ? fileText : readGround(open(), file));
      const found = await followUpPatch({
        packageFiles: files,
        targetFile: task.file,
        className: task.className,
        read,
      });
      return found?.patch;
    },
    async apply(fileText) {
      const { original, originalHash } = open();
      const text = await matchStyle(original, fileText);
      return await applyClass({ repository, file: task.file, text, expectedHash: originalHash });
    },
    keepPatch: (patch) => keepPatch({ patch, name: task.className, file: options.patch }),
    close: async () => ground?.close(),
  };
}

const NOTHING = { imports: [], class: '', assumptions: [] };

async function summaryOf(ground: Ground) {
  const { repository, language, groups, goals, copy } = ground;
  const runners = groups.map(({ runner }) => `${runner.name} ${runner.version}`);
  return {
    root: repository.root,
    tsconfig: language.project.tsconfig,
    compiler: `TypeScript ${language.project.compilerVersion}`,
    ...(runners.length > 0 ? { runner: [...new Set(runners)].join(', ') } : {}),
    coveringTests: ground.coveringTests,
    expectedTests: ground.expectedTests,
    dependents: ground.dependents,
    notChecked: ground.notChecked,
    baselineErrors: errorsBefore(ground),
    // The class itself is what mends them: nothing else is to be looked up.
    goals: (await explainDiagnostics(goals, explainContext(ground))).map((goal) => ({
      ...goal,
      explanation: '',
    })),
    sandbox: copy.sandbox,
    notes: repository.notes,
  };
}

/** Tolerated errors, those left out that stand in files with a goal: most of them go with it. */
function errorsBefore({ baseline, goals }: Ground): number {
  const awaiting = new Set(goals.map(({ file }) => file));
  return [...baseline].reduce((sum, [file, found]) => sum + (awaiting.has(file) ? 0 : found.length), 0);
}

function toolContext(ground: Ground, memory: LevelMemory, signal: AbortSignal): ToolContext {
  const { task, repository, language, search, isWithheld } = ground;
  return {
    repository,
    language,
    search,
    className: task.className,
    targetFile: task.file,
    targetText: () => ground.candidate ?? '',
    isWithheld,
    async compile() {
      const found = [];
      for (const file of [task.file, ...ground.dependents])
        found.push(...(await newErrors(ground, file, signal)));
      return await explainDiagnostics(found, explainContext(ground));
    },
    async runTests() {
      const { groups, copy, candidate } = ground;
      if (groups.length === 0) return undefined;
      await copy.write(task.file, candidate ?? '');
      return await runCoveringTests(ground, groups, copy, memory, signal);
    },
    signal,
  };
}

async function retrieveFrom(ground: Ground, attempt: string | undefined) {
  const { task, language, repository, files, users, isWithheld } = ground;
  const { dependencies, peerDependencies } = repository.target.manifest;
  // The workspace's own packages are ranked as sources.
  const own = new Set(repository.packages.map(({ name }) => name));
  const packages = new Set(
    Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !own.has(name)),
  );
  return await retrieve({
    task,
    ...sourcesFor({ task, repository, files, users, isWithheld }),
    read: (file) => readGround(ground, file),
    async packageApi(name, names) {
      const found = await Promise.all(
        names.map((wanted) => language.packageApi(name, wanted).catch(() => undefined)),
      );
      return found.flatMap((answer, i) =>
        (answer?.value.declarations ?? [])
          .filter((d) => d.name === names[i])
          .map((d) => ({ path: d.location.file, line: d.location.line, text: d.text })),
      );
    },
    packages,
    attempt,
    budget: CONTEXT_TOKENS,
  });
}

/** Options that decide how code has to be written; the rest does not matter to its author. */
const telling = [
  ...[
    'target',
    'module',
    'moduleResolution',
    'jsx',
    'strict',
    'verbatimModuleSyntax',
    'isolatedModules',
    'isolatedDeclarations',
  ],
  ...[
    'erasableSyntaxOnly',
    'exactOptionalPropertyTypes',
    'noUncheckedIndexedAccess',
    'noImplicitOverride',
    'noImplicitReturns',
  ],
  ...[
    'noPropertyAccessFromIndexSignature',
    'noUnusedLocals',
    'noUnusedParameters',
    'experimentalDecorators',
    'emitDecoratorMetadata',
  ],
  ...[
    'useDefineForClassFields',
    'allowImportingTsExtensions',
    'rewriteRelativeImportExtensions',
    'strictNullChecks',
    'strictPropertyInitialization',
  ],
];

const compilerOptionsText = (options: Record<string, unknown>): string =>
  telling
    .flatMap((name) => (options[name] === undefined ? [] : [`${name}: ${JSON.stringify(options[name])}`]))
    .join('\n') || 'defaults';
