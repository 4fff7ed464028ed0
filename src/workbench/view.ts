import type { Diagnostic } from '../check/report.ts';
import type { Dependents } from '../language/language.ts';
import type { ModuleGraph } from '../language/typescript/module-graph.ts';
import { otherProjects } from '../language/typescript/scripted-projects.ts';
import { openTypeScriptSession, type TypeScriptSession } from '../language/typescript/session.ts';
import type { Task } from '../loop/task.ts';
import type { Repository } from '../repository/repository.ts';
import { partBaseline } from './goals.ts';

/** Dependents that the overlay checks in each attempt; the others are checked once, with the verdict. */
const MOST_DEPENDENTS = 150;
/** Sources that are asked whether the repository compiles by a tsconfig at all. */
const MOST_ASKED = 40;

/** What the language server makes of the target before the run, by one tsconfig. */
export interface View {
  language: TypeScriptSession;
  /** Those that each attempt is checked with. */
  dependents: string[];
  /** Those that are checked once, with the verdict. */
  late: Dependents['late'];
  notChecked: Dependents['notChecked'];
  /** Another server on the same target, for dependents in more projects than one can hold. */
  openAnother(): Promise<TypeScriptSession>;
  /** Errors that exist because the class is missing, and those that have nothing to do with it. */
  goals: Diagnostic[];
  baseline: Diagnostic[];
  notes: string[];
}

export interface ViewOptions {
  repository: Repository;
  task: Task;
  graph: ModuleGraph;
  /** Every file of the repository. */
  files: readonly string[];
  /** Text of the target file; undefined where there is none. */
  original: string | undefined;
  signal: AbortSignal;
}

/**
 * Opens the language server by the tsconfig that an editor would take. Where the repository has errors by it and the
 * package's scripts compile by another one, the one with fewer errors judges: a class cannot be held to options that
 * nothing around it meets.
 */
export async function openView(options: ViewOptions): Promise<View> {
  const view = await viewBy(undefined, options);
  const { tsconfig } = view.language.project;
  const others = otherProjects(options.repository, tsconfig, options.task.file);
  if (others.length === 0) return view;
  try {
    const errors = await errorsAround(view, options);
    for (const other of errors === 0 ? [] : others) {
      const found = await viewBy(other, options);
      const isBetter = await errorsAround(found, options).then(
        (fewer) => fewer < errors,
        async (error: unknown) => {
          await found.language.close();
          throw error;
        },
      );
      await (isBetter ? view : found).language.close();
      if (!isBetter) continue;
      const note = `Checked by ${other}, by which the package's scripts compile: by ${tsconfig} its sources have errors.`;
      return { ...found, notes: [...found.notes, note] };
    }
    return view;
  } catch (error) {
    await view.language.close();
    throw error;
  }
}

/** Errors, the missing class's apart, of the package's sources that lie nearest to the target. */
async function errorsAround({ language }: View, options: ViewOptions): Promise<number> {
  const { repository, task, files, original, signal } = options;
  const { dir } = repository.target;
  const folders = task.file.split('/').slice(0, -1);
  const shared = (file: string) => folders.findIndex((name, i) => file.split('/')[i] !== name);
  const near = files
    .filter((file) => (dir === '' || file.startsWith(`${dir}/`)) && /(?<!\.d)\.[cm]?tsx?$/.test(file))
    .filter((file) => file !== task.file && !/(^|\/)(tests?|__tests__)\/|\.(test|spec)\./.test(file))
    .map((file) => ({ file, near: shared(file) < 0 ? folders.length : shared(file) }))
    .sort((a, b) => b.near - a.near)
    .slice(0, MOST_ASKED);
  const found: Diagnostic[] = [];
  for (const { file } of near)
    if ((await language.tsconfigOf(file)) === language.project.tsconfig)
      found.push(...(await language.diagnostics(file, signal)).diagnostics);
  return partBaseline(found, task, original).baseline.length;
}

async function viewBy(tsconfig: string | undefined, options: ViewOptions): Promise<View> {
  const { repository, task, graph, original, signal } = options;
  const openLanguage = () =>
    openTypeScriptSession({
      root: repository.root,
      targetFile: task.file,
      className: task.className,
      repository,
      moduleGraph: async () => graph,
      ...(tsconfig === undefined ? {} : { tsconfig }),
    });
  const language = await openLanguage();
  try {
    const { files, late, notChecked } = await language.dependents();
    const dependents = files.slice(0, MOST_DEPENDENTS);
    const beyond = files.slice(MOST_DEPENDENTS).map((file) => ({ file, isDirect: false }));
    const found: Diagnostic[] = [];
    for (const file of original === undefined ? dependents : [task.file, ...dependents])
      found.push(...(await language.diagnostics(file, signal)).diagnostics);
    return {
      language,
      dependents,
      late: [...beyond, ...late],
      notChecked,
      openAnother: openLanguage,
      ...partBaseline(found, task, original),
      notes: language.project.notes,
    };
  } catch (error) {
    await language.close();
    throw error;
  }
}
