import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { type NotChecked, unseen } from '../../check/not-checked.ts';
import { checksError, repositoryError } from '../../errors.ts';
import { toPosix, within } from '../../posix-paths.ts';
import {
  inspectRepository,
  installCommand,
  isUninstalled,
  listFiles,
  packageOf,
  type Repository,
} from '../../repository/repository.ts';
import type { Dependents, FileDiagnostics, LanguageSession, LateDependent } from '../language.ts';
import type { Project, Snapshot } from './api.ts';
import type { QueryContext } from './context.ts';
import { fileErrors, toDiagnostics } from './diagnostics.ts';
import { isInMissingFolder, withStandIns } from './missing-folder.ts';
import type { ModuleGraph } from './module-graph.ts';
import { openProjects } from './projects.ts';
import { quickFixes } from './quick-fixes.ts';
import { startServer } from './server.ts';
import { openWorkspaceMapper } from './workspace-sources.ts';

export interface TypeScriptSessionOptions {
  /** Absolute real path of the repository. */
  root: string;
  /** Repository-relative or absolute; it need not exist. */
  targetFile: string;
  /** The class that dependents are asked for; without it, whatever the target exports. */
  className?: string;
  /** Repository-relative or absolute; found where it is not given. */
  tsconfig?: string;
  /** For one answer of the server. */
  timeoutMs?: number;
  /** Where the caller has it already. */
  repository?: Repository;
  /** Where the caller has it already, with the aliases of its test runners. */
  moduleGraph?: () => Promise<ModuleGraph>;
  /** Called when the server died and was started again. */
  onRestart?: (reason: string) => void;
}

export interface ProjectFacts {
  /** Repository-relative. */
  tsconfig: string;
  /** Of the repository's own TypeScript. */
  compilerVersion: string;
  /** Options that the repository's own compiler goes by. */
  options: Record<string, unknown>;
  /** What the server cannot judge as the repository's own compiler would, and which tsconfig was chosen. */
  notes: string[];
}

export type TypeScriptSession = LanguageSession & {
  project: ProjectFacts;
  /** The tsconfig (repository-relative) whose project a file is checked in; undefined where none on disk covers it. */
  tsconfigOf(file: string): Promise<string | undefined>;
  /** Has repository-relative files read again that changed, came or went on disk. */
  filesChanged(files: readonly string[]): Promise<void>;
  /**
   * The same server seen from another file: that file is the target there and has a candidate of its own. Texts stay
   * in place for all views of the session; calls are for one caller at a time. Throws `no-tsconfig`.
   */
  from(file: string): Promise<LanguageSession>;
};

/**
 * Shown to the server where the target is still to be written: an import that was once looked up in a folder that
 * does not exist would not be looked up again when the candidate appears.
 */
const NO_FILE = 'export {};\n';

const TEST_FILE = /(?:^|\/)(?:__tests__|e2e|specs?|tests?)\/|\.(?:e2e|spec|test)(?:-d)?\.[cm]?tsx?$/;

/** Opens the semantic engine on one target file. Throws `ClasswrightError`: `no-tsconfig`, `broken-tsconfig`, … */
export async function openTypeScriptSession(options: TypeScriptSessionOptions): Promise<TypeScriptSession> {
  const { root } = options;
  const absolute = (file: string) => (isAbsolute(file) ? file : resolve(root, file));
  const toRelative = (file: string) => within(root, file) ?? toPosix(file);
  const targetFile = absolute(options.targetFile);

  const inspected = options.repository ?? inspectRepository({ cwd: root, targetFile });
  const repository = Promise.resolve(inspected);
  const workspace = repository.then(({ packages }) => openWorkspaceMapper(root, packages, targetFile));
  // Both are awaited below; a failure before that is no unhandled rejection.
  workspace.catch(() => {});
  const onDisk = await readFile(targetFile, 'utf8').catch(() => undefined);
  const server = await startServer({
    root,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(options.onRestart ? { onRestart: options.onRestart } : {}),
  });

  let graph: Promise<ModuleGraph> | undefined;
  const moduleGraph = (): Promise<ModuleGraph> => {
    graph ??= options.moduleGraph ? options.moduleGraph() : openGraph();
    return graph;
  };
  const openGraph = async (): Promise<ModuleGraph> => {
    const [{ openModuleGraph }, known] = await Promise.all([import('./module-graph.ts'), repository]);
    const target = { file: toRelative(targetFile), className: options.className ?? '' };
    return openModuleGraph({ root, packages: known.packages, files: await listFiles(known), target });
  };

  const projects = openProjects(server, workspace, targetFile);
  const opening = async () => {
    const target = await projects.openTarget(
      options.tsconfig === undefined ? undefined : absolute(options.tsconfig),
    );
    const shown = (text = NO_FILE): string => target.translation.fileText(text);
    await server.openDocument(targetFile, shown(onDisk));
    if (isInMissingFolder(targetFile))
      for (const { file } of (await moduleGraph()).dependents()) await showImporter(absolute(file));
    return { target, shown };
  };
  const showImporter = async (file: string): Promise<void> => {
    const text = await readFile(file, 'utf8').catch(() => '');
    const replaced = withStandIns(text, file, targetFile);
    if (replaced !== text) await server.openDocument(file, replaced);
  };
  const { target, shown } = await opening().catch(async (error: unknown) => {
    await server.close();
    throw error;
  });

  let candidate = { text: onDisk, version: 0 };
  let turn: Promise<unknown> = Promise.resolve();
  /** Changes of the target's text are made one after the other. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
  const show = async (text: string | undefined): Promise<void> => {
    candidate = { text, version: candidate.version + 1 };
    await server.openDocument(targetFile, shown(text));
  };

  /** Unsaved texts of other files; undefined for one that counts as not there. */
  const beside = new Map<string, string | undefined>();
  const readText = async (file: string): Promise<string | undefined> => {
    if (file === targetFile) return candidate.text;
    return beside.has(file) ? beside.get(file) : await readFile(file, 'utf8').catch(() => undefined);
  };
  const showBeside = async (file: string, unsaved: { text: string | undefined } | undefined) => {
    const { translation } = await projectOf(file);
    if (!existsSync(file)) await projects.include(file);
    // What is being asked about the texts before is asked in vain.
    candidate = { ...candidate, version: candidate.version + 1 };
    if (unsaved) beside.set(file, unsaved.text);
    else beside.delete(file);
    if (unsaved) await server.openDocument(file, translation.fileText(unsaved.text ?? NO_FILE));
    else await server.closeDocument(file);
  };

  const verified = new WeakMap<Snapshot, Set<string>>();
  /** The server's own text of the target has to be the one that the answer will be about. */
  const verify = async (snapshot: Snapshot, project: Project, text: string | undefined): Promise<void> => {
    const known = verified.get(snapshot) ?? new Set();
    verified.set(snapshot, known);
    if (known.has(project.id)) return;
    const seen = await project.program.getSourceFile(targetFile);
    if (seen && seen.text !== withoutMark(shown(text)))
      throw checksError(
        'server-stale',
        'The language server answered for another text of the target file',
        'Run again.',
      );
    known.add(project.id);
  };

  const projectOf = async (file: string) => {
    const project = await projects.of(file);
    if (project) return project;
    throw repositoryError(
      'no-tsconfig',
      `No tsconfig covers ${toRelative(file)}`,
      'Add the file or its folder to the `include` of a tsconfig.json.',
    );
  };

  const diagnostics = async (file: string, signal?: AbortSignal): Promise<FileDiagnostics> => {
    const asked = candidate;
    const path = absolute(file);
    const { tsconfig, translation } = await projectOf(path);
    const found = await server.query(
      `the diagnostics of ${file}`,
      async (snapshot) => {
        const project = snapshot.getProject(tsconfig);
        if (!project)
          throw checksError('project-not-loaded', `The language server did not load ${toRelative(tsconfig)}`);
        const [errors] = await Promise.all([
          fileErrors(project, path, translation.declaration),
          verify(snapshot, project, asked.text),
        ]);
        return errors;
      },
      signal,
    );
    if (candidate !== asked)
      throw checksError(
        'server-stale',
        `The target file changed while ${file} was checked`,
        'Check it again.',
      );
    const own = found.filter(({ code }) => !translation.suppressed.includes(code));
    return {
      file: toRelative(path),
      version: asked.version,
      diagnostics: await toDiagnostics(own, path, { readText, relative: toRelative }),
    };
  };

  const dependents = async (): Promise<Dependents> => {
    const graph = await moduleGraph();
    const files: string[] = [];
    const gathered: string[] = [];
    const late: LateDependent[] = [];
    const notChecked: NotChecked[] = [];
    const known = await repository;
    const { dir } = known.target;
    const isOwn = (file: string) => dir === '' || file.startsWith(`${dir}/`);
    /** Those that a full check is possible of go before others: only so many projects are loaded. */
    const turn = ({ file }: { file: string }) => (isOwn(file) ? 0 : isUninstalled(known, file) ? 2 : 1);
    const inOrder = graph.dependents().toSorted((a, b) => turn(a) - turn(b));
    for (const { file, distance, chain } of inOrder) {
      // Declaration files are checked with what imports them.
      if (/\.d\.[cm]?ts$/.test(file) || file === toRelative(targetFile)) continue;
      // An import for its side effects alone uses nothing that could be wrong.
      const isDirect = distance === 1 && chain[0]?.name !== '';
      if (!/\.(?:tsx?|mts|cts)$/.test(file)) {
        const isScript = /\.[cm]?jsx?$/.test(file);
        const reason = `only TypeScript files can be type-checked${isScript ? '' : '; run the checker of its framework on the kept patch'}`;
        notChecked.push(unseen(file, reason, isDirect && !isScript));
        continue;
      }
      const missing = isUninstalled(known, file) ? notInstalled(known, file) : undefined;
      const obstacle = await projects.obstacle(absolute(file));
      const unread = missing ?? (obstacle?.isLate ? undefined : obstacle?.reason);
      // A test that nobody type-checks may well do what types forbid; it is judged by running it.
      if (unread !== undefined && TEST_FILE.test(file)) {
        notChecked.push(unseen(file, unread, false));
        continue;
      }
      // The repository's own compiler never sees what no tsconfig covers, and still it may break.
      if (obstacle && !obstacle.isLate) gathered.push(file);
      const lacks = missing ?? obstacle?.lacks;
      if (lacks !== undefined) late.push({ file, isDirect, lacks });
      else if (obstacle?.isLate) late.push({ file, isDirect });
      else files.push(file);
    }
    projects.gather(gathered.map(absolute));
    for (const { file, specifier } of graph.unmapped())
      notChecked.push(
        unseen(file, `it imports ${specifier}, whose source was not found behind its built output`, true),
      );
    for (const file of graph.skipped) notChecked.push(unseen(file, 'too large to read', true));
    return { files, late, notChecked };
  };

  const context: QueryContext = {
    server,
    root,
    targetFile,
    tsconfig: target.tsconfig,
    targetText: async () => candidate.text ?? '',
    readText,
    relative: toRelative,
    absolute,
    withTargetText: (text, work) =>
      inTurn(async () => {
        const before = candidate;
        await show(text);
        try {
          return await work();
        } finally {
          await show(before.text);
          // The same text as before: answers about it stay what they were.
          candidate = before;
        }
      }),
    projectFor: async (file) => (await projects.of(absolute(file)))?.tsconfig,
  };
  let queries: Promise<ReturnType<typeof import('./queries/index.ts').createQueries>> | undefined;
  const query = () => {
    queries ??= import('./queries/index.ts').then(({ createQueries }) => createQueries(context));
    return queries;
  };

  const views = new Map<string, Promise<LanguageSession>>();
  const viewFrom = async (path: string): Promise<LanguageSession> => {
    const { tsconfig } = await projectOf(path);
    const held = () => (beside.has(path) ? { text: beside.get(path) } : undefined);
    const { createQueries } = await import('./queries/index.ts');
    const queries = createQueries({
      ...context,
      targetFile: path,
      tsconfig,
      targetText: async () => (await readText(path)) ?? '',
      withTargetText: (text, work) =>
        inTurn(async () => {
          const before = held();
          await showBeside(path, { text });
          try {
            return await work();
          } finally {
            await showBeside(path, before);
          }
        }),
    });
    return {
      ...session,
      ...queries,
      setCandidate: (text) =>
        inTurn(async () => {
          await showBeside(path, text === undefined ? undefined : { text });
          return candidate.version;
        }),
    };
  };

  const session: TypeScriptSession = {
    project: {
      tsconfig: toRelative(target.tsconfig),
      compilerVersion: target.compilerVersion,
      options: target.translation.options,
      notes: target.notes,
    },
    async tsconfigOf(file) {
      const covering = await projects.of(absolute(file));
      return covering && existsSync(covering.tsconfig) ? toRelative(covering.tsconfig) : undefined;
    },
    setCandidate: (text) =>
      inTurn(async () => {
        await show(text ?? onDisk);
        return candidate.version;
      }),
    async filesChanged(files) {
      await server.filesChanged(files.map(absolute));
      if (isInMissingFolder(targetFile)) for (const file of files) await showImporter(absolute(file));
    },
    async from(file) {
      const path = absolute(file);
      if (path === targetFile) return session;
      const view = views.get(path) ?? viewFrom(path);
      views.set(path, view);
      view.catch(() => views.delete(path));
      return await view;
    },
    diagnostics,
    dependents,
    quickFixes: (diagnostic) =>
      inTurn(async () => {
        const file = absolute(diagnostic.file);
        const text = await readText(file);
        return text === undefined ? [] : await quickFixes(server, file, text, diagnostic);
      }),
    findSymbol: async (...args) => (await query()).findSymbol(...args),
    typeInfo: async (...args) => (await query()).typeInfo(...args),
    signature: async (...args) => (await query()).signature(...args),
    body: async (...args) => (await query()).body(...args),
    typeAt: async (...args) => (await query()).typeAt(...args),
    typeOfExpression: async (...args) => (await query()).typeOfExpression(...args),
    references: async (...args) => (await query()).references(...args),
    implementations: async (...args) => (await query()).implementations(...args),
    importsFor: async (...args) => (await query()).importsFor(...args),
    packageApi: async (...args) => (await query()).packageApi(...args),
    membersOf: async (...args) => (await query()).membersOf(...args),
    facts: async () => ({
      server: "TypeScript's native language server",
      version: server.version,
      pid: server.pid,
      residentBytes: await server.residentBytes(),
    }),
    close: () => server.close(),
  };
  return session;
}

const notInstalled = (repository: Repository, file: string): string =>
  `the dependencies of ${packageOf(repository, file)?.dir ?? 'its package'} are not installed: run \`${installCommand(repository).command}\``;

/** The compiler reads a file without its byte order mark. */
const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');
