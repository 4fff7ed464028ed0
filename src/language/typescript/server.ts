import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { checksError } from '../../errors.ts';
import {
  type LanguageClient,
  lateAnswer,
  type OpenDocument,
  ServerDied,
  startLanguageClient,
} from '../client.ts';
import { type Api, connectApi, type Snapshot } from './api.ts';

export type { Snapshot } from './api.ts';

/**
 * TypeScript's native server with the open documents in place: started again once when it dies, its documents
 * and projects replayed. Files are absolute. Every call fails with a `ClasswrightError` where the server is
 * late (`server-late`) or dies twice during it (`server-crashed`).
 */
export interface TypeScriptServer {
  /** Absolute. */
  readonly root: string;
  readonly version: string;
  /** Process id of the server as it runs now. */
  readonly pid: number;
  /** An LSP request; the answer is for the caller to parse. Sees all documents sent before it. */
  request(method: string, params: unknown, signal?: AbortSignal): Promise<unknown>;
  /** Opens the document, or changes its text. Returns its version, which only grows. */
  openDocument(file: string, text: string, languageId?: string): Promise<number>;
  closeDocument(file: string): Promise<void>;
  /** Has files read again that changed, came or went on disk. */
  filesChanged(files: readonly string[]): Promise<void>;
  /** Has the project loaded from the next snapshot on. Its translated text is opened as a document first. */
  openProject(tsconfig: string): Promise<void>;
  /** The state of all projects with all documents sent so far. Valid until two newer ones were taken. */
  snapshot(signal?: AbortSignal): Promise<Snapshot>;
  /** Runs `work` on an up-to-date snapshot, under the time limit, once more if the server dies meanwhile. */
  query<T>(what: string, work: (snapshot: Snapshot) => Promise<T>, signal?: AbortSignal): Promise<T>;
  residentBytes(): Promise<number | undefined>;
  close(): Promise<void>;
}

export interface TypeScriptServerOptions {
  root: string;
  /** For one answer; default 120 s, which the first answer in a very large repository may need. */
  timeoutMs?: number;
  /** Called when the server was started again. */
  onRestart?: (reason: string) => void;
}

const NAME = "TypeScript's language server";
const LANGUAGE_IDS: Record<string, string> = { '.tsx': 'typescriptreact', '.json': 'jsonc' };

/** The native binary itself: the package's launcher would stay as a second process. */
export function nativeServerPath(): string {
  const platform = `@typescript/typescript-${process.platform}-${process.arch}`;
  try {
    const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
    const manifest = createRequire(typescript).resolve(`${platform}/package.json`);
    return join(dirname(manifest), 'lib', process.platform === 'win32' ? 'tsc.exe' : 'tsc');
  } catch {
    throw checksError(
      'no-native-server',
      `The package ${platform}, which holds TypeScript's native server, is not installed`,
      'Install Classwright again without omitting optional dependencies.',
    );
  }
}

/** What lives and dies with one process. */
interface Link {
  client: LanguageClient;
  api: Api;
  openProjects: Set<string>;
  current: { generation: number; snapshot: Promise<Snapshot> } | undefined;
  /** Oldest first; the last two stay valid. */
  snapshots: Snapshot[];
}

export async function startServer(options: TypeScriptServerOptions): Promise<TypeScriptServer> {
  const { root, timeoutMs = 120_000 } = options;
  const documents = new Map<string, OpenDocument>();
  const versions = new Map<string, number>();
  const projects = new Set<string>();
  /** Grows with each change of documents or projects; a snapshot answers for one generation. */
  let generation = 0;
  let isClosed = false;

  const connect = async (): Promise<Link> => {
    const client = await startLanguageClient({
      name: NAME,
      command: [nativeServerPath(), '--lsp', '--stdio'],
      root,
      env: serverEnvironment(),
      configuration: NO_TYPE_ACQUISITION,
    });
    try {
      const session = await client.request('custom/initializeAPISession', {});
      const api = await Promise.race([connectApi(session), client.died]);
      for (const document of documents.values()) await client.openDocument(document);
      return { client, api, openProjects: new Set(), current: undefined, snapshots: [] };
    } catch (error) {
      await client.close();
      throw error;
    }
  };

  const starting = connect();
  let link = await limited(starting, 'its start').catch((error: unknown) => {
    void starting.then(({ client }) => client.close()).catch(() => {});
    throw error instanceof ServerDied ? crashed(error) : error;
  });
  let linking: Promise<Link> | undefined;

  const living = async (): Promise<Link> => {
    if (isClosed) throw new Error('The language session is closed');
    if (!link.client.isDead) return link;
    // Its answers to requests still open will never come: nothing waits for them.
    void link.api.close().catch(() => {});
    linking ??= connect()
      .then((fresh) => {
        link = fresh;
        options.onRestart?.(`${NAME} died and was started again`);
        return fresh;
      })
      .finally(() => {
        linking = undefined;
      });
    return await linking;
  };

  /** One death is mended by a new process and a second try; another one is an error. */
  const guarded = async <T>(
    what: string,
    work: (link: Link) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> => {
    for (let deaths = 0; ; ) {
      try {
        const attempt = living().then((alive) => Promise.race([work(alive), alive.client.died]));
        return await limited(attempt, what, signal);
      } catch (error) {
        // The API's socket may close a moment before the process's end is reported.
        const death = error instanceof ServerDied ? error : await recentDeath(link.client);
        if (!death) throw error;
        if (++deaths === 2) throw crashed(death);
      }
    }
  };

  async function limited<T>(work: Promise<T>, what: string, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(lateAnswer(NAME, what, timeoutMs)), timeoutMs);
      onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort);
    });
    work.catch(() => {});
    try {
      return await Promise.race([work, limit]);
    } finally {
      clearTimeout(timer);
      if (onAbort) signal?.removeEventListener('abort', onAbort);
    }
  }

  const takeSnapshot = async (alive: Link): Promise<Snapshot> => {
    // Documents travel over the LSP connection and snapshots over another: without the round trip the
    // snapshot may be taken before a change sent earlier has arrived.
    await alive.client.barrier();
    const fresh = [...projects].filter((project) => !alive.openProjects.has(project));
    const snapshot = await alive.api.updateSnapshot(fresh);
    for (const project of fresh) alive.openProjects.add(project);
    alive.snapshots.push(snapshot);
    // Never the newest: what changed since it tells the API which of its syntax trees are still good, and without
    // it the API would take them all for good.
    if (alive.snapshots.length > 2)
      void alive.snapshots
        .shift()
        ?.dispose()
        .catch(() => {});
    return snapshot;
  };
  const snapshotOf = (alive: Link): Promise<Snapshot> => {
    if (alive.current?.generation !== generation) {
      const previous = alive.current?.snapshot.catch(() => {}) ?? Promise.resolve();
      alive.current = { generation, snapshot: previous.then(() => takeSnapshot(alive)) };
      alive.current.snapshot.catch(() => {
        alive.current = undefined;
      });
    }
    return alive.current.snapshot;
  };

  return {
    root,
    get version() {
      return link.client.serverInfo.version;
    },
    get pid() {
      return link.client.pid;
    },
    request: (method, params, signal) =>
      guarded(method, (alive) => alive.client.request(method, params, signal), signal),
    async openDocument(file, text, languageId = LANGUAGE_IDS[extname(file)] ?? 'typescript') {
      // A server that is starting replays the documents of its start; a change meanwhile would be lost.
      await linking?.catch(() => {});
      const before = documents.get(file);
      if (before?.text === text) return before.version;
      const version = (versions.get(file) ?? 0) + 1;
      versions.set(file, version);
      const document = { file, version, languageId, text };
      documents.set(file, document);
      generation++;
      const { client } = link;
      // To a dead server nothing is sent: the next request replays all documents to its successor.
      await (before ? client.changeDocument(document) : client.openDocument(document)).catch(ignoreDeath);
      return version;
    },
    async closeDocument(file) {
      await linking?.catch(() => {});
      if (!documents.delete(file)) return;
      generation++;
      await link.client.closeDocument(file).catch(ignoreDeath);
    },
    filesChanged: (files) =>
      guarded('changes on disk', async (alive) => {
        const there = files.filter((file) => existsSync(file));
        const gone = files.filter((file) => !existsSync(file));
        await alive.client.filesChanged(gone, 'deleted');
        await alive.client.filesChanged(there, 'created');
        generation++;
        await snapshotOf(alive);
        // Whether the server has met a file is not known here, and of two changes at once it takes one.
        await alive.client.filesChanged(there, 'changed');
        generation++;
      }),
    async openProject(tsconfig) {
      if (projects.has(tsconfig)) return;
      projects.add(tsconfig);
      generation++;
    },
    snapshot: (signal) => guarded('a snapshot', snapshotOf, signal),
    query: (what, work, signal) => guarded(what, async (alive) => work(await snapshotOf(alive)), signal),
    residentBytes: () => residentBytes(link.client.pid),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await linking?.catch(() => {});
      await link.client.close();
      void link.api.close().catch(() => {});
    },
  };
}

const ignoreDeath = (error: unknown) => {
  if (!(error instanceof ServerDied)) throw error;
};

/** The server's death, where it died within the last moments. */
const recentDeath = (client: LanguageClient): Promise<ServerDied | undefined> =>
  Promise.race([
    client.died.catch((error: unknown) => (error instanceof ServerDied ? error : undefined)),
    new Promise<undefined>((resolve) => setTimeout(resolve, 50, undefined)),
  ]);

const crashed = (death: ServerDied) =>
  checksError(
    'server-crashed',
    `${death.message}, twice during one request`,
    'Run again with fewer other programs open; if it stays so, report it with the file that was checked.',
  );

/** Type acquisition would have npm install packages from the network. */
const NO_TYPE_ACQUISITION = {
  typescript: { disableAutomaticTypeAcquisition: true },
  'js/ts': { tsserver: { automaticTypeAcquisition: { enabled: false } } },
};

/**
 * Nothing of the user's environment but what finding the temporary and cache folders needs. Without PATH it finds no
 * npm either, whatever it takes its configuration for.
 */
export function serverEnvironment(): Record<string, string> {
  // It collects garbage half as often as it would: a check costs up to a third less processor time, and after the
  // fifty texts of a long run it holds what it held before (900 MB in a repository of 400,000 lines).
  const env: Record<string, string> = { GOGC: '200' };
  for (const name of ['HOME', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'XDG_RUNTIME_DIR', 'XDG_CACHE_HOME']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** Memory of the process itself, where the system tells it by file. */
async function residentBytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
