/**
 * The only module that imports TypeScript's native API, which its publisher marks unstable: the package is
 * pinned to an exact version, and an upgrade is a change here.
 */
import { API, type Snapshot } from 'typescript/unstable/async';
import { z } from 'zod';

export type { Node, SourceFile } from 'typescript/unstable/ast';
export { SyntaxKind } from 'typescript/unstable/ast';
export * as is from 'typescript/unstable/ast/is';
export type {
  Checker,
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
  ModifierFlags,
  NodeBuilderFlags,
  ObjectFlags,
  SignatureKind,
  SymbolFlags,
  TypeFlags,
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
  return {
    updateSnapshot: (openProjects) => api.updateSnapshot({ openProjects: [...openProjects] }),
    close: () => api.close(),
  };
}
