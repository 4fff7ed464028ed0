import { type ChildProcess, spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type {
  ConfigurationParams,
  DidChangeTextDocumentParams,
  DidChangeWatchedFilesParams,
  DidCloseTextDocumentParams,
  DidOpenTextDocumentParams,
  InitializeParams,
} from 'vscode-languageserver-protocol';
import { z } from 'zod';
import { checksError } from '../errors.ts';

const Initialized = z.object({
  serverInfo: z.object({ name: z.string(), version: z.string().optional() }).optional(),
});

/** A language server over stdio, of any language: process, requests, documents. Paths are absolute. */
export interface LanguageClient {
  /** Process id of the server itself. */
  readonly pid: number;
  readonly serverInfo: { name: string; version: string };
  /** Set once the process is gone. */
  readonly isDead: boolean;
  /** Rejects with a `ServerDied` when the process ends; never resolves. */
  readonly died: Promise<never>;
  /** Rejects with `ServerDied`, with the abort's reason, or with the server's own error. */
  request(method: string, params: unknown, signal?: AbortSignal): Promise<unknown>;
  openDocument(document: OpenDocument): Promise<void>;
  changeDocument(document: OpenDocument): Promise<void>;
  closeDocument(file: string): Promise<void>;
  /** Tells of files that changed, came or went on disk. */
  filesChanged(files: readonly string[], change: keyof typeof FILE_CHANGES): Promise<void>;
  /** Resolves when the server has taken in every notification sent before. */
  barrier(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenDocument {
  file: string;
  version: number;
  languageId: string;
  text: string;
}

export interface LanguageClientOptions {
  /** Name for messages, as a person would say it. */
  name: string;
  command: readonly string[];
  root: string;
  env: Record<string, string>;
  initializationOptions?: Record<string, unknown>;
  /** Answers to `workspace/configuration`, by section. */
  configuration?: Record<string, unknown>;
}

/** The server's process ended while an answer was due. Its open documents have to be replayed to a new one. */
export class ServerDied extends Error {
  override readonly name = 'ServerDied';
}

const FILE_CHANGES = { created: 1, changed: 2, deleted: 3 } as const;
const CLOSE_MS = 1000;
const STDERR_KEPT = 4000;

export const fileUri = (file: string): string => pathToFileURL(file).href;

/** Starts the server and completes the handshake. */
export async function startLanguageClient(options: LanguageClientOptions): Promise<LanguageClient> {
  const [program = '', ...args] = options.command;
  const child = spawn(program, args, { cwd: options.root, env: options.env, stdio: 'pipe' });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-STDERR_KEPT);
  });
  let isDead = false;
  const died = new Promise<never>((_, reject) => {
    const end = (how: string) => {
      isDead = true;
      const said = stderr.trim() === '' ? '' : `: ${stderr.trim().split('\n').at(-1)}`;
      reject(new ServerDied(`${options.name} ended (${how})${said}`));
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, killedBy) => end(killedBy ?? `exit status ${code}`));
  });
  died.catch(() => {});
  // A pipe of a dead process raises EPIPE; its end is reported by `died`.
  child.stdin.on('error', () => {});

  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onError(() => {});
  connection.onRequest('workspace/configuration', (params: ConfigurationParams) =>
    params.items.map(({ section }) => options.configuration?.[section ?? ''] ?? null),
  );
  // Registrations and progress need an answer, and nothing more: files are watched by nobody here.
  connection.onRequest(() => null);
  connection.listen();

  const request = async (method: string, params: unknown, signal?: AbortSignal): Promise<unknown> => {
    signal?.throwIfAborted();
    const cancellation = new CancellationTokenSource();
    let onAbort: (() => void) | undefined;
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => {
        cancellation.cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort);
    });
    try {
      return await Promise.race([connection.sendRequest(method, params, cancellation.token), died, aborted]);
    } catch (error) {
      // A connection torn down by the process's end may say so before the process's exit is reported.
      if (!isDead && child.exitCode === null && child.signalCode === null && child.stdin.writable)
        throw error;
      return await died;
    } finally {
      if (onAbort) signal?.removeEventListener('abort', onAbort);
      cancellation.dispose();
    }
  };
  const notify = async (method: string, params: object): Promise<void> => {
    if (!isDead) await Promise.race([connection.sendNotification(method, params), died]);
  };

  const rootUri = fileUri(options.root);
  const initialize: InitializeParams = {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: 'repository' }],
    ...(options.initializationOptions ? { initializationOptions: options.initializationOptions } : {}),
    capabilities: {
      textDocument: {
        synchronization: {},
        diagnostic: { relatedDocumentSupport: true },
        publishDiagnostics: { relatedInformation: true },
        codeAction: {
          codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } },
          dataSupport: true,
          resolveSupport: { properties: ['edit'] },
        },
        hover: { contentFormat: ['plaintext'] },
        documentSymbol: { hierarchicalDocumentSymbolSupport: true },
        completion: { completionItem: { snippetSupport: false } },
      },
      workspace: { symbol: {}, configuration: true, workspaceFolders: true },
    },
  };
  let info: z.infer<typeof Initialized>['serverInfo'];
  try {
    info = Initialized.parse(await request('initialize', initialize)).serverInfo;
    await notify('initialized', {});
  } catch (error) {
    await end(child, connection);
    throw error;
  }

  return {
    pid: child.pid ?? 0,
    serverInfo: { name: info?.name ?? options.name, version: info?.version ?? 'unknown' },
    get isDead() {
      return isDead;
    },
    died,
    request,
    openDocument({ file, version, languageId, text }) {
      const params: DidOpenTextDocumentParams = {
        textDocument: { uri: fileUri(file), languageId, version, text },
      };
      return notify('textDocument/didOpen', params);
    },
    changeDocument({ file, version, text }) {
      const params: DidChangeTextDocumentParams = {
        textDocument: { uri: fileUri(file), version },
        contentChanges: [{ text }],
      };
      return notify('textDocument/didChange', params);
    },
    closeDocument(file) {
      const params: DidCloseTextDocumentParams = { textDocument: { uri: fileUri(file) } };
      return notify('textDocument/didClose', params);
    },
    filesChanged(files, change) {
      const type = FILE_CHANGES[change];
      const params: DidChangeWatchedFilesParams = {
        changes: files.map((file) => ({ uri: fileUri(file), type })),
      };
      return notify('workspace/didChangeWatchedFiles', params);
    },
    async barrier() {
      // Any answer will do, "unknown method" too: messages are taken in one by one, in the order sent.
      await request('$/barrier', {}).catch((error: unknown) => {
        if (error instanceof ServerDied) throw error;
      });
    },
    async close() {
      if (!isDead) {
        const late = AbortSignal.timeout(CLOSE_MS);
        await request('shutdown', undefined, late)
          .then(() => notify('exit', {}))
          .catch(() => {});
      }
      await end(child, connection);
    },
  };
}

async function end(child: ChildProcess, connection: { dispose(): void }): Promise<void> {
  const exited = new Promise<void>((resolve) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
  await exited;
  clearTimeout(timer);
  connection.dispose();
}

/** An answer that did not come in time: an error, never an empty result. */
export const lateAnswer = (name: string, what: string, timeoutMs: number) =>
  checksError(
    'server-late',
    `${name} gave no answer to ${what} within ${timeoutMs / 1000} s`,
    'Run again; on a very large repository or a busy machine a second run finds its files in the cache.',
  );
