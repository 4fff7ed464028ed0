import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
} from '@modelcontextprotocol/server';
import { checksError } from '../errors.ts';
import type { Host } from './host.ts';
import { mcpServer } from './server.ts';

/** Largest request that is read, in bytes. */
const MOST_BYTES = 8_000_000;
const PATH = '/mcp';

export interface HttpServer {
  url: string;
  close(): Promise<void>;
}

/**
 * Serves MCP over streamable HTTP on the loopback interface alone. Each request needs the token; a page in a browser
 * gets nothing, whatever name leads it here: Host and Origin have to be this machine's own.
 */
export async function serveHttp(host: Host, options: { port: number; token: string }): Promise<HttpServer> {
  const handler = createMcpHandler(() => mcpServer(host), { maxRequestBodySize: MOST_BYTES });
  const isToken = (given: string): boolean => timingSafeEqual(digest(given), digest(options.token));

  const judged = (request: Request): Response | undefined => {
    const foreign =
      hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
      originValidationResponse(request, localhostAllowedOrigins());
    if (foreign) return foreign;
    if (new URL(request.url).pathname !== PATH) return refusal(404, `There is only ${PATH} here.`);
    const token = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (token !== undefined && isToken(token)) return undefined;
    const what = token === undefined ? 'The token is missing' : 'The token is wrong';
    return refusal(401, `${what}: send the header \`Authorization: Bearer <token>\`.`, {
      'www-authenticate': 'Bearer realm="classwright"',
    });
  };

  const server = createServer((incoming, outgoing) => {
    const left = new AbortController();
    outgoing.on('close', () => left.abort());
    const answer = async (): Promise<void> => {
      const request = requestOf(incoming, left.signal);
      await send(judged(request) ?? (await handler.fetch(request)), outgoing);
    };
    answer().catch(() => {
      if (!outgoing.headersSent) outgoing.writeHead(400);
      outgoing.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        checksError(
          'no-port',
          `Port ${options.port} cannot be used: ${error.message}.`,
          'Name another one with --http <port>.',
        ),
      ),
    );
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  return {
    url: `http://127.0.0.1:${port}${PATH}`,
    async close() {
      await handler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const refusal = (status: number, message: string, headers: Record<string, string> = {}): Response =>
  Response.json({ jsonrpc: '2.0', id: null, error: { code: -32_000, message } }, { status, headers });

function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  const method = incoming.method ?? 'GET';
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(new URL(incoming.url ?? '/', 'http://127.0.0.1'), {
    method,
    headers,
    signal,
    ...(hasBody ? { body: Readable.toWeb(incoming), duplex: 'half' } : {}),
  });
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (!response.body) {
    outgoing.end();
    return;
  }
  for await (const chunk of response.body) {
    if (outgoing.destroyed) break;
    if (!outgoing.write(chunk))
      await new Promise((resolve) => outgoing.once('drain', resolve).once('close', resolve));
  }
  outgoing.end();
}
