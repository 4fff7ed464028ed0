import { usageError } from '../errors.ts';
import { RunCommand, type RunEvent } from '../loop/events.ts';
import type { StartedRun } from '../run-task.ts';

/** A command of this many characters is none. */
const LIMIT = 1_000_000;

/** One command from one line of JSON. Throws a usage error that names the line. */
function parseCommand(text: string, line: number): RunCommand {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw noCommand(line, 'it is no JSON');
  }
  const { data, error } = RunCommand.safeParse(value);
  if (data) return data;
  const [issue] = error.issues;
  throw noCommand(line, `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'unknown'}`);
}

const noCommand = (line: number, why: string) =>
  usageError(
    'no-command',
    `Line ${line} of standard input is no command: ${why}.`,
    'Each line is one JSON object: {"type": "answer" | "message" | "approve" | "interrupt" | "set-budget", …}.',
  );

/** An answer to nothing would leave the asker waiting. */
const noQuestion = (id: string, line: number) => noCommand(line, `the run has asked no question ${id}`);

/** Lines that are not blank, numbered from 1, until the input ends. Throws a usage error where one has no end. */
async function* inputLines(
  input: AsyncIterable<Buffer | string>,
): AsyncGenerator<{ line: number; text: string }> {
  const decoder = new TextDecoder();
  let rest = '';
  let line = 0;
  for await (const chunk of input) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      line += 1;
      if (text.trim() !== '') yield { line, text };
    }
    if (rest.length > LIMIT) throw noCommand(line + 1, 'it is longer than 1 MB');
  }
  if (rest.trim() !== '') yield { line: line + 1, text: rest };
}

/** What is answered where nobody answers any more. */
export const NO_ANSWER = 'No answer: decide yourself, and list it under assumptions.';

/** A run that takes its commands from standard input. */
export interface CommandInput {
  /** To be told each event before its reader sees it. */
  event(event: RunEvent): void;
  /** Why the input was refused, where that ended the run. */
  refused(): unknown;
  close(): void;
}

/**
 * Sends what is read into a run. A line that is no command ends the run: whatever was meant by it, nobody may guess.
 * When the input has ended, questions are left to the model, and nothing is written but with `apply`.
 */
export function openCommandInput(
  stdin: NodeJS.ReadStream,
  run: Pick<StartedRun, 'send'>,
  apply: boolean,
): CommandInput {
  const asked = new Set<string>();
  const open = new Set<string>();
  let isProposed = false;
  let isDecided = false;
  let hasEnded = false;
  let refused: unknown;

  const settle = (): void => {
    for (const question of open) run.send({ type: 'answer', question, text: NO_ANSWER });
    open.clear();
    if (isProposed && !isDecided) run.send({ type: 'approve', apply: false });
  };
  const take = (command: RunCommand, line: number): void => {
    if (command.type === 'answer' && !asked.has(command.question)) throw noQuestion(command.question, line);
    if (command.type === 'answer') open.delete(command.question);
    if (command.type === 'approve') isDecided = true;
    run.send(command);
  };
  const read = async (): Promise<void> => {
    for await (const { line, text } of inputLines(stdin)) take(parseCommand(text, line), line);
    hasEnded = true;
    settle();
  };
  let isClosed = false;
  read().catch((error: unknown) => {
    if (isClosed) return;
    refused = error;
    run.send({ type: 'interrupt', reason: 'user' });
  });

  return {
    event(event) {
      if (event.type === 'question') {
        asked.add(event.id);
        open.add(event.id);
      }
      if (event.type === 'proposal') {
        isProposed = true;
        if (apply) {
          isDecided = true;
          run.send({ type: 'approve', apply });
        }
      }
      if (hasEnded) settle();
    },
    refused: () => refused,
    close() {
      isClosed = true;
      // An input that stays open would keep the process.
      stdin.destroy();
    },
  };
}
