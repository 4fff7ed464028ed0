import type { ZodObject } from 'zod';
import type { Tool, ToolResult } from '../../tools/tool.ts';
import type { CheckReport, ContextPiece, EventBody, Submission, Understanding } from './events.ts';

/** Events that a long step lets through while it works. */
export type Progress = Extract<EventBody, { type: 'note' | 'check' }>;

export interface Retrieved {
  pieces: ContextPiece[];
  tokens: number;
  /** Pieces that did not fit the token budget. */
  leftOut: number;
}

/**
 * What the loop needs of the world: a repository that can be asked, a place where a class can be judged, and the
 * user's file at the end. The loop itself knows no file system, compiler or terminal.
 */
export interface Workbench {
  /** Opens the repository, its language server and working copy; called once per process, on resume too. */
  understand(signal: AbortSignal): AsyncGenerator<Progress, Understanding>;
  /** Pieces for the prompt; with `attempt`, ranked by the code of that attempt as well. */
  retrieve(signal: AbortSignal, attempt?: string): Promise<Retrieved>;
  /** What the first prompt says besides the pieces. */
  facts(): { targetText: string | undefined; compilerOptions: string };
  /** All levels, cheapest first, stopping at the first that fails. `fileText` is the text that was judged last. */
  check(
    attempt: number,
    submission: Submission,
    signal: AbortSignal,
  ): AsyncGenerator<Progress, { report: CheckReport; fileText: string }>;
  callTool(tool: Tool<ZodObject>, input: Record<string, unknown>, signal: AbortSignal): Promise<ToolResult>;
  diff(fileText: string): string;
  /** A patch for other files that the user may want as well, such as a barrel's export. */
  followUp(fileText: string): Promise<string | undefined>;
  /** Writes the user's file, atomically; throws where it changed since the run began. Returns the hash of what it wrote. */
  apply(fileText: string): Promise<{ hash: string }>;
  /** Keeps a patch that was not applied and returns its path. */
  keepPatch(patch: string): Promise<string>;
  close(): Promise<void>;
}
