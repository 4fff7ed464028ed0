/**
 * The only module that imports TypeScript's native API, which its publisher marks unstable: the package is
 * pinned to an exact version, and an upgrade is a change here.
 */
import { Socket } from 'node:net';
import { API, type Snapshot } from 'typescript/unstable/async';
import { z } from 'zod';

export type { Node, SourceFile } from 'typescript/unstable/ast';
export { SyntaxKind } from 'typescript/unstable/ast';
export * as is from 'typescript/unstable/ast/is';
export type {
  Diagnostic as ApiDiagnostic,
  Program,
  Project,
  Signature,
  Snapshot,
  Symbol as ApiSymbol,
  Type,
} from 'typescript/unstable/async';
export {
  DiagnosticCategory,
  NodeBuilderFlags,
  SignatureKind,
  SymbolFlags,
} from 'typescript/unstable/async';

const ApiSession = z.object({ pipe: z.string() });

export interface Api {
  /** A view of every project after all changes that the server has taken in so far. */
  updateSnapshot(openProjects: readonly string[]): Promise<Snapshot>;
  close(): Promise<void>;
}

/** Joins the API to a running language server; `session` is its answer to `custom/initializeAPISession`. */
export async function connectApi(session: unknown): Promise<Api> {
  const api = await API.fromLSPConnection({ pipe: ApiSession.parse(session).pipe });
  swallowWriteErrors(api);
  return {
    updateSnapshot: (openProjects) => api.updateSnapshot({ openProjects: [...openProjects] }),
    close: () => api.close(),
  };
}

/**
 * A request written to a server that is gone fails inside the API twice: once for its caller, and once as a
 * rejection that nobody can handle and that would end the process. The end of the server is known by the language
 * server's process, so such a request just stays without an answer.
 */
function swallowWriteErrors(api: object): void {
  const client: unknown = Reflect.get(api, 'client');
  const socket: unknown =
    typeof client === 'object' && client !== null ? Reflect.get(client, 'socket') : undefined;
  if (!(socket instanceof Socket)) return;
  const write: (
    chunk: string | Uint8Array,
    encoding: BufferEncoding | undefined,
    done: () => void,
  ) => boolean = socket.write.bind(socket);
  const quiet = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | (() => void),
    done?: () => void,
  ): boolean => {
    const settled = typeof encoding === 'function' ? encoding : done;
    return write(chunk, typeof encoding === 'string' ? encoding : undefined, () => settled?.());
  };
  // The socket itself puts another `write` in place when the other side ends.
  Object.defineProperty(socket, 'write', { get: () => quiet, set: () => {} });
}
