import type { z } from 'zod';
import type { ExplainedDiagnostic } from '../src/check/report.ts';
import type { TestsOutcome } from '../src/check/tests.ts';
import type { LanguageSession } from '../src/language/language.ts';
import type { Repository } from '../src/repository/repository.ts';
import type { Search } from '../src/search.ts';

/** What every tool may touch. All of it sees the candidate in place of the target file. */
export interface ToolContext {
  repository: Repository;
  language: LanguageSession;
  search: Search;
  className: string;
  /** Repository-relative. */
  targetFile: string;
  /** Text of the target file as the run sees it now: the candidate, or what is on disk. */
  targetText(): string;
  /**
   * True for what no tool may show: covering tests (unless `--show-tests`), secrets such as `.env`, and paths
   * outside the repository and its installed dependencies. Every path a tool reads or prints goes through it.
   */
  isWithheld(file: string): boolean;
  /** Type-checks the candidate and its dependents, explained. */
  compile(signal: AbortSignal): Promise<ExplainedDiagnostic[]>;
  /** Runs the covering tests on the candidate; costs an attempt. Undefined where there are none. */
  runTests(signal: AbortSignal): Promise<TestsOutcome | undefined>;
  signal: AbortSignal;
}

export interface ToolResult {
  /** For the model and the terminal: short, exact, with path:line, and saying when it was cut. */
  text: string;
  isError?: boolean;
}

/**
 * One definition for the model, the command line and later an MCP server. `name` is the kebab-case file name;
 * the model sees it in snake_case.
 */
export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  name: string;
  description: string;
  input: Input;
  /** What a call is charged to: most cost one tool call of the round. */
  charge: 'call' | 'attempt' | 'free';
  run(input: z.infer<Input>, context: ToolContext): Promise<ToolResult>;
}

export const defineTool = <Input extends z.ZodObject>(tool: Tool<Input>): Tool<Input> => tool;

export const modelName = (tool: { name: string }): string => tool.name.replaceAll('-', '_');
