import type { TypeScriptServer } from './server.ts';

/** What queries need of the session. Paths are absolute unless named relative. */
export interface QueryContext {
  server: TypeScriptServer;
  /** Absolute real path of the repository. */
  root: string;
  /** Absolute. */
  targetFile: string;
  /** Absolute path of the target's tsconfig, as `snapshot.getProject` takes it. */
  tsconfig: string;
  /** Text of the target file as the server sees it: the candidate, or what is on disk ('' where there is none). */
  targetText(): Promise<string>;
  /** Text of any file as the server sees it; undefined where there is none. */
  readText(file: string): Promise<string | undefined>;
  /** Repository-relative posix path, as answers carry it. Outside the repository: the absolute path. */
  relative(file: string): string;
  absolute(file: string): string;
  /**
   * Runs `work` with the target's text replaced and puts it back: for asking about an expression "as if written
   * there". Calls are taken one after the other.
   */
  withTargetText<T>(text: string, work: () => Promise<T>): Promise<T>;
  /**
   * Has the project that covers `file` loaded, translated; its tsconfig as `snapshot.getProject` takes it.
   * Undefined where no tsconfig covers it.
   */
  projectFor(file: string): Promise<string | undefined>;
}
