import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { z } from 'zod';
import { connectApi } from '../src/language/typescript/api.ts';
import { nativeServerPath, serverEnvironment } from '../src/language/typescript/server.ts';

/**
 * The anchor: TypeScript's native server with nothing around it but JSON-RPC. No translation, no sessions, no
 * verification of what an answer belongs to, no positions; it reads the repository's own tsconfig.
 */
export interface BareServer {
  pid: number;
  /** Codes of the errors of one file, asked over LSP. */
  pull(file: string): Promise<number[]>;
  /** The same, asked over the API on the same connection: a snapshot, then its syntactic and semantic diagnostics. */
  ask(file: string): Promise<number[]>;
  change(file: string, text: string): void;
  close(): Promise<void>;
}

const Pulled = z.object({
  items: z.array(z.object({ code: z.union([z.number(), z.string()]), severity: z.number().optional() })),
});

/** `files` are opened as documents. Paths are relative to `root`. */
export async function startBareServer(root: string, files: readonly string[]): Promise<BareServer> {
  const child = spawn(nativeServerPath(), ['--lsp', '--stdio'], {
    cwd: root,
    // As ours is started: without a PATH, by which it would find npm and install types.
    env: serverEnvironment(),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onRequest(() => null);
  connection.listen();
  const uri = (file: string) => pathToFileURL(join(root, file)).href;
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'repository' }],
    capabilities: { textDocument: { diagnostic: {}, synchronization: {} } },
  });
  const notify = (method: string, params: object) => void connection.sendNotification(method, params);
  notify('initialized', {});
  for (const file of files)
    notify('textDocument/didOpen', {
      textDocument: {
        uri: uri(file),
        languageId: 'typescript',
        version: 1,
        text: readFileSync(join(root, file), 'utf8'),
      },
    });
  const api = await connectApi(await connection.sendRequest('custom/initializeAPISession', {}));
  const tsconfig = join(root, 'tsconfig.json');
  let version = 1;
  let last: Awaited<ReturnType<typeof api.updateSnapshot>> | undefined;

  return {
    pid: child.pid ?? 0,
    async pull(file) {
      const answer = await connection.sendRequest('textDocument/diagnostic', {
        textDocument: { uri: uri(file) },
      });
      const errors = Pulled.parse(answer).items.filter(({ severity = 1 }) => severity === 1);
      return errors.map(({ code }) => Number(code));
    },
    async ask(file) {
      // Without an answer over LSP in between, the snapshot may be taken before the change has arrived.
      await connection.sendRequest('$/barrier', {}).catch(() => {});
      const snapshot = await api.updateSnapshot(last ? [] : [tsconfig]);
      void last?.dispose().catch(() => {});
      last = snapshot;
      const program = snapshot.getProject(tsconfig)?.program;
      if (!program) throw new Error('The native server did not load the generated project');
      const path = join(root, file);
      const [syntactic, semantic] = await Promise.all([
        program.getSyntacticDiagnostics(path),
        program.getSemanticDiagnostics(path),
      ]);
      return [...syntactic, ...semantic].filter(({ category }) => category === 1).map(({ code }) => code);
    },
    change(file, text) {
      version++;
      notify('textDocument/didChange', {
        textDocument: { uri: uri(file), version },
        contentChanges: [{ text }],
      });
    },
    async close() {
      await api.close().catch(() => {});
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
      connection.dispose();
    },
  };
}
