import { open, readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { modelError, usageError } from '../errors.ts';
import { type Model, ModelAnswer, type ModelDelta, type ModelRequest } from './model.ts';
import { Fingerprint, fingerprint } from './request-hash.ts';

/** Raised by a change that older readers of a recording would notice. */
const RECORDING_VERSION = 1;

const Header = z.object({
  kind: z.literal('header'),
  schemaVersion: z.literal(RECORDING_VERSION),
  /** `played by hand`, or the id of the model that answered. */
  playedBy: z.string(),
  classwright: z.string(),
  createdAt: z.string(),
  note: z.string().optional(),
});
const Answer = z.object({
  kind: z.literal('answer'),
  asked: Fingerprint,
  /** The beginning of what was new in the question, for people who read the file. */
  requestPreview: z.string(),
  answer: ModelAnswer,
  seconds: z.number(),
});
type Recording = { header: z.infer<typeof Header>; answers: z.infer<typeof Answer>[] };

export interface RecordingOptions {
  /** Of Classwright. */
  version: string;
  /** Who gives the answers, where the model's id does not say it. */
  playedBy?: string;
  note?: string;
}

/** Passes a model through and writes each of its whole answers to a new file of JSON lines, flushed one by one. */
export async function recording(model: Model, file: string, options: RecordingOptions): Promise<Model> {
  const header: z.infer<typeof Header> = {
    kind: 'header',
    schemaVersion: RECORDING_VERSION,
    playedBy: options.playedBy ?? model.playedBy ?? model.id,
    classwright: options.version,
    createdAt: new Date().toISOString(),
    ...(options.note === undefined ? {} : { note: options.note }),
  };
  await writeFile(file, `${JSON.stringify(header)}\n`, { flag: 'wx' }).catch((error: unknown) => {
    throw unwritable(file, error);
  });
  return {
    ...model,
    async *answer(request, signal) {
      const since = performance.now();
      const answer = yield* model.answer(request, signal);
      const line: z.infer<typeof Answer> = {
        kind: 'answer',
        asked: fingerprint(request),
        requestPreview: preview(request),
        answer,
        seconds: (performance.now() - since) / 1000,
      };
      await appendFlushed(file, `${JSON.stringify(line)}\n`);
      return answer;
    },
  };
}

async function appendFlushed(file: string, line: string): Promise<void> {
  try {
    await using handle = await open(file, 'a');
    await handle.appendFile(line);
    await handle.datasync();
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST')
    return usageError(
      'recording-exists',
      `${file} exists already; a recording overwrites nothing.`,
      'Name another file with --record, or remove that one.',
    );
  const reason = error instanceof Error ? error.message : String(error);
  return usageError(
    'recording-unwritable',
    `The recording cannot be written: ${reason}`,
    'Name another file with --record.',
  );
}

function preview(request: ModelRequest): string {
  const texts = (request.messages.at(-1)?.content ?? []).map((block) =>
    block.type === 'text' ? block.text : block.type === 'tool_result' ? block.content : '',
  );
  const text = texts.join(' ').replace(/\s+/g, ' ').trim();
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

/**
 * Plays a recording's answers in their order, whatever is asked, and says where the question has drifted from the
 * one that was recorded. `skip` leaves out the answers that a resumed run already has.
 */
export async function replay(file: string, { skip = 0 } = {}): Promise<Model> {
  const { header, answers } = await readRecording(file);
  let next = skip;
  /** Messages whose drift was already said: later questions repeat them. */
  let placed = { messages: 0, system: false, tools: false };
  return {
    id: 'recorded',
    playedBy: header.playedBy,
    async *answer(request, signal): AsyncGenerator<ModelDelta, ModelAnswer> {
      signal.throwIfAborted();
      const recorded = answers[next];
      if (recorded === undefined)
        throw modelError(
          'recording-exhausted',
          `The recording ${basename(file)} has ${answers.length} answers, and one more was asked for.`,
          'The run took another course than the recorded one: run it with a live model.',
        );
      next++;
      const drift = driftOf(recorded.asked, fingerprint(request), placed);
      placed = drift.placed;
      for (const detail of drift.details) yield { type: 'drift', call: next, detail };
      for (const block of recorded.answer.content)
        if (block.type === 'text') yield { type: 'text', text: block.text };
      return recorded.answer;
    },
  };
}

type Placed = { messages: number; system: boolean; tools: boolean };

function driftOf(
  recorded: Fingerprint,
  asked: Fingerprint,
  placed: Placed,
): { details: string[]; placed: Placed } {
  const details: string[] = [];
  if (recorded.hash === asked.hash)
    return { details, placed: { ...placed, messages: asked.messages.length } };

  const system = recorded.system !== asked.system;
  if (system && !placed.system) details.push('the system prompt differs');

  const names = [...new Set([...Object.keys(recorded.tools), ...Object.keys(asked.tools)])];
  const tools = names.filter((name) => recorded.tools[name] !== asked.tools[name]);
  if (tools.length > 0 && !placed.tools) details.push(`the tools differ: ${tools.join(', ')}`);

  const length = Math.max(recorded.messages.length, asked.messages.length);
  for (let at = placed.messages; at < length; at++) {
    if (recorded.messages[at] === asked.messages[at]) continue;
    const where = `message ${at + 1} of ${asked.messages.length}`;
    if (recorded.messages[at] === undefined) details.push(`${where} was not asked in the recording`);
    else if (asked.messages[at] === undefined)
      details.push(
        `the recording asked ${recorded.messages.length} messages, this run ${asked.messages.length}`,
      );
    else details.push(`${where} differs`);
    break;
  }
  return {
    details,
    placed: { messages: length, system: placed.system || system, tools: placed.tools || tools.length > 0 },
  };
}

/** Reads a recording whole; an error names the line. */
async function readRecording(file: string): Promise<Recording> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(
      'recording-unreadable',
      `The recording cannot be read: ${reason}`,
      'Check --replay-from.',
    );
  });
  const [first, ...rest] = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
  return {
    header: parseLine(Header, first?.line ?? '', 1, file),
    answers: rest
      .filter(({ line }) => line.trim() !== '')
      .map(({ line, number }) => parseLine(Answer, line, number, file)),
  };
}

function parseLine<T>(schema: z.ZodType<T>, line: string, number: number, file: string): T {
  const advice = 'Record it anew with --record, or correct that line.';
  const fail = (reason: string) => usageError('bad-recording', `${file}:${number}: ${reason}`, advice);
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw fail(number === 1 ? 'this is no recording: its first line is not JSON.' : 'this line is not JSON.');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw fail(
    `not a line of a recording of version ${RECORDING_VERSION}: ${issue?.path.join('.')}: ${issue?.message}.`,
  );
}
