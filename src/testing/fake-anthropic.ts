import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { blocksOf, MessagesRequest, orderProblems } from './anthropic-request-schema.ts';
import { hashOf, PromptCache, tokens, withoutMarks } from './prompt-cache.ts';

/** One answer of the fake. `say`, `call`, `fail`, `cut` and `hang` write the usual ones. */
export type ScriptedAnswer =
  | { kind: 'message'; content: ScriptedBlock[]; stopReason?: string; explanation?: string }
  | { kind: 'error'; status: number; type?: string; message?: string; headers?: Record<string, string> }
  /** Streams this share of the answer's events, then resets the connection, ends it, errs in the stream or stalls. */
  | { kind: 'cut'; content: ScriptedBlock[]; after: number; how: CutKind }
  /** Never answers, or only pings. */
  | { kind: 'hang'; pings: boolean };

type CutKind = 'reset' | 'end' | 'overloaded' | 'stall';

type ScriptedBlock =
  | { type: 'text'; text: string }
  /** `input` as a string is sent as it stands: malformed JSON, if that is what it is. */
  | { type: 'tool_use'; id?: string; name: string; input: Record<string, unknown> | string }
  /** Comes with a signature that the fake checks when the block is sent back. */
  | { type: 'thinking'; thinking: string };

export const say = (text: string): ScriptedAnswer => ({ kind: 'message', content: [{ type: 'text', text }] });
export const call = (name: string, input: Record<string, unknown> | string): ScriptedAnswer => ({
  kind: 'message',
  content: [{ type: 'tool_use', name, input }],
});
export const fail = (status: number, headers: Record<string, string> = {}): ScriptedAnswer => ({
  kind: 'error',
  status,
  headers,
});
export const cut = (how: CutKind = 'reset'): ScriptedAnswer => ({
  kind: 'cut',
  content: [{ type: 'text', text: 'half of an answer that never comes to its end' }],
  after: 0.5,
  how,
});
export const hang = (pings = false): ScriptedAnswer => ({ kind: 'hang', pings });

interface ReceivedRequest {
  body: MessagesRequest;
  headers: IncomingHttpHeaders;
}

export interface FakeAnthropic {
  url: string;
  /** Requests that the API would have taken, in order. */
  requests: ReceivedRequest[];
  /** What was wrong with those that it would have refused; each was answered with 400. */
  refused: string[];
  /** Connections open now. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

type Script =
  | ScriptedAnswer[]
  | ((request: MessagesRequest, index: number) => ScriptedAnswer | Promise<ScriptedAnswer>);

/**
 * The Messages API on loopback: strict in what it takes, scripted in what it answers, with usage and cache reads
 * counted from the `cache_control` marks. Point `ANTHROPIC_BASE_URL` at `url` and set any key.
 */
export async function startFakeAnthropic(script: Script): Promise<FakeAnthropic> {
  const requests: ReceivedRequest[] = [];
  const refused: string[] = [];
  const cache = new PromptCache();
  const signatures = new Map<string, { prefix: string; thinking: string; toolUses: string[] }>();
  let served = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await readBody(request);
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path !== '/v1/messages' || request.method !== 'POST')
      return sendError(response, 404, 'not_found_error', `${request.method} ${path}`);
    if (request.headers['x-api-key'] === undefined && request.headers.authorization === undefined)
      return sendError(response, 401, 'authentication_error', 'x-api-key header is required');

    const parsed = parseRequest(text);
    const problems = 'problems' in parsed ? parsed.problems : thinkingProblems(parsed.body, signatures);
    if ('problems' in parsed || problems.length > 0) {
      refused.push(problems.join('; '));
      return sendError(response, 400, 'invalid_request_error', problems.join('; '));
    }
    const { body } = parsed;
    const index = requests.push({ body, headers: request.headers }) - 1;
    const scripted = typeof script === 'function' ? await script(body, index) : script[index];
    if (scripted === undefined) {
      refused.push(`request ${index + 1}: the script has no answer for it`);
      return sendError(response, 400, 'invalid_request_error', 'the script has no further answer');
    }
    if (scripted.kind === 'error') return sendScriptedError(response, scripted);
    if (scripted.kind === 'hang') return keepWaiting(response, scripted.pings);

    served++;
    const prefix = hashOf([body.tools, body.system, ...body.messages].map(withoutMarks));
    const content = scripted.content.map((block, at) => toApiBlock(block, `${pad(served)}_${at}`));
    const toolUses = content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
    for (const block of content)
      if (block.type === 'thinking')
        signatures.set(block.signature, { prefix, thinking: block.thinking, toolUses });
    const output = content.reduce((sum, block) => sum + tokens(block), 0);
    const stopReason =
      (scripted.kind === 'message' ? scripted.stopReason : undefined) ??
      (toolUses.length > 0 ? 'tool_use' : 'end_turn');
    const head = {
      id: `msg_${pad(served)}`,
      type: 'message',
      role: 'assistant',
      model: body.model,
      stop_sequence: null,
      usage: { ...cache.usage(body), output_tokens: 1 },
    };
    const end = {
      stop_reason: stopReason,
      ...(scripted.kind === 'message' && scripted.explanation !== undefined
        ? { stop_details: { type: 'refusal', category: null, explanation: scripted.explanation } }
        : {}),
    };
    if (body.stream !== true) {
      const whole = content.map((block) =>
        block.type === 'tool_use' ? { ...block, input: JSON.parse(block.input) } : block,
      );
      const usage = { ...head.usage, output_tokens: output };
      return sendJson(response, 200, { ...head, ...end, content: whole, usage });
    }
    const events = [
      ...(function* () {
        yield { type: 'message_start', message: { ...head, content: [], stop_reason: null } };
        yield { type: 'ping' };
        for (const [at, block] of content.entries()) yield* blockEvents(at, block);
        yield {
          type: 'message_delta',
          delta: { ...end, stop_sequence: null },
          usage: { output_tokens: output },
        };
        yield { type: 'message_stop' };
      })(),
    ];
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (scripted.kind === 'message') {
      for (const event of events) sendEvent(response, event);
      response.end();
      return;
    }
    for (const event of events.slice(0, Math.ceil(events.length * scripted.after)))
      sendEvent(response, event);
    if (scripted.how === 'overloaded')
      sendEvent(response, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
    // A reset right after the write may take the written part with it.
    if (scripted.how === 'reset') setImmediate(() => response.socket?.resetAndDestroy());
    else if (scripted.how !== 'stall') response.end();
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      refused.push(`the fake failed: ${String(error)}`);
      sendError(response, 400, 'invalid_request_error', String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    refused,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, open) => (error === null ? resolve(open) : reject(error))),
      ),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const pad = (n: number): string => String(n).padStart(4, '0');

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parseRequest(text: string): { body: MessagesRequest } | { problems: string[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problems: ['the body is not JSON'] };
  }
  const parsed = MessagesRequest.safeParse(json);
  if (!parsed.success) return { problems: [z.prettifyError(parsed.error).replaceAll('\n', ' ')] };
  const problems = orderProblems(parsed.data);
  return problems.length > 0 ? { problems } : { body: parsed.data };
}

/** Thinking comes back unchanged, with its tool calls, under the very prefix that it was thought under. */
function thinkingProblems(
  body: MessagesRequest,
  signatures: ReadonlyMap<string, { prefix: string; thinking: string; toolUses: string[] }>,
): string[] {
  const problems: string[] = [];
  for (const [index, message] of body.messages.entries()) {
    if (message.role !== 'assistant') continue;
    const blocks = blocksOf(message);
    const sent = blocks.flatMap((block) => (block.type === 'thinking' ? [block] : []));
    for (const block of sent) {
      const known = signatures.get(block.signature);
      if (known === undefined || known.thinking !== block.thinking)
        problems.push(`messages.${index}: thinking blocks cannot be modified`);
      const prefix = hashOf([body.tools, body.system, ...body.messages.slice(0, index)].map(withoutMarks));
      if (known !== undefined && known.prefix !== prefix)
        problems.push(
          `messages.${index}: thinking belongs to another conversation: what precedes it has changed`,
        );
    }
    for (const [signature, { toolUses }] of signatures) {
      const continued = blocks.some((block) => block.type === 'tool_use' && toolUses.includes(block.id));
      if (continued && !sent.some((block) => block.signature === signature))
        problems.push(`messages.${index}: the thinking block of this tool_use is missing`);
    }
  }
  return problems;
}

type ApiBlock =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: string }
  | { type: 'thinking'; thinking: string; signature: string };

function toApiBlock(block: ScriptedBlock, id: string): ApiBlock {
  switch (block.type) {
    case 'text':
      return block;
    case 'thinking':
      return { ...block, signature: `signature_${id}` };
    case 'tool_use': {
      const input = typeof block.input === 'string' ? block.input : JSON.stringify(block.input);
      return { type: 'tool_use', id: block.id ?? `toolu_${id}`, name: block.name, input };
    }
  }
}

function* blockEvents(index: number, block: ApiBlock): Generator<ApiEvent> {
  const delta = (inner: object) => ({ type: 'content_block_delta', index, delta: inner });
  const start = (inner: object) => ({ type: 'content_block_start', index, content_block: inner });
  if (block.type === 'text') {
    yield start({ type: 'text', text: '' });
    for (const text of pieces(block.text)) yield delta({ type: 'text_delta', text });
  } else if (block.type === 'tool_use') {
    yield start({ type: 'tool_use', id: block.id, name: block.name, input: {} });
    for (const json of pieces(block.input)) yield delta({ type: 'input_json_delta', partial_json: json });
  } else {
    yield start({ type: 'thinking', thinking: '', signature: '' });
    for (const thinking of pieces(block.thinking)) yield delta({ type: 'thinking_delta', thinking });
    yield delta({ type: 'signature_delta', signature: block.signature });
  }
  yield { type: 'content_block_stop', index };
}

const pieces = (text: string): string[] => text.match(/[\s\S]{1,24}/g) ?? [];

interface ApiEvent extends Record<string, unknown> {
  type: string;
}

const sendEvent = (response: ServerResponse, event: ApiEvent): void => {
  response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
};

function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

const sendError = (response: ServerResponse, status: number, type: string, message: string): void =>
  sendJson(response, status, { type: 'error', error: { type, message } });

const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

function sendScriptedError(
  response: ServerResponse,
  error: Extract<ScriptedAnswer, { kind: 'error' }>,
): void {
  const type = error.type ?? ERROR_TYPES[error.status] ?? 'api_error';
  const message = error.message ?? `${type} (scripted)`;
  sendJson(response, error.status, { type: 'error', error: { type, message } }, error.headers);
}

function keepWaiting(response: ServerResponse, pings: boolean): void {
  if (!pings) return;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const timer = setInterval(() => sendEvent(response, { type: 'ping' }), 20);
  response.on('close', () => clearInterval(timer));
}
