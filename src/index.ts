/**
 * Classwright as a library: the run of `generate-class` as a stream of events, and the type checks of `check`.
 * What is exported here follows semantic versioning; everything else of the package may change at any time.
 *
 * @packageDocumentation
 */

export type { ToolResult } from '../tools/tool.ts';
export type { NotChecked } from './check/not-checked.ts';
export type { ExplainedDiagnostic } from './check/report.ts';
export { ClasswrightError, EXIT, type ExitCode } from './errors.ts';
export { type ClassRun, type GenerateClassOptions, generateClass } from './library/generate-class.ts';
export {
  type Candidate,
  type ChangesToCheck,
  type CheckResult,
  checkCandidate,
  type OpenedRepository,
  openRepository,
} from './library/repository.ts';
export type { RunSettings } from './library/settings.ts';
export {
  type EventType,
  RunCommand,
  type RunEvent,
  RunEventSchema,
  RunResult,
  SCHEMA_VERSION,
  VERDICTS,
} from './loop/events.ts';
export type { Message, Model, ModelAnswer, ModelDelta, ModelRequest, ToolDefinition } from './model/model.ts';
export { RunResultSchema } from './report/json.ts';
