export { ClasswrightError, EXIT, type ExitCode } from './errors.ts';
export {
  type EventType,
  RunCommand,
  type RunEvent,
  RunEventSchema,
  RunResult,
  SCHEMA_VERSION,
  VERDICTS,
} from './loop/events.ts';
export { RunResultSchema } from './report/json.ts';
