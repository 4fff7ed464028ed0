import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';

/**
 * `fetch` over node:http. The built-in one gives up after 300 seconds without headers or without a byte, which
 * no option of it changes: a model that thinks long, or is played by hand, takes longer. Aborting closes the
 * socket. `onBytes` hears of everything that arrives, keep-alive pings included.
 */
export function httpFetch(onBytes: () => void): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
    const message = await send(request, body);
    onBytes();
    const headers = new Headers();
    for (const [name, values] of Object.entries(message.headersDistinct))
      for (const value of values ?? []) headers.append(name, value);
    const response = new Response(Readable.toWeb(message), {
      status: message.statusCode ?? 500,
      statusText: message.statusMessage ?? '',
      headers,
    });
    message.on('data', onBytes);
    return response;
  };
}

function send(request: Request, body: Buffer | undefined): Promise<IncomingMessage> {
  const start = request.url.startsWith('https:') ? httpsRequest : httpRequest;
  const length = body === undefined ? {} : { 'content-length': body.byteLength };
  return new Promise((resolve, reject) => {
    const outgoing = start(request.url, {
      method: request.method,
      headers: { ...Object.fromEntries(request.headers), ...length },
      signal: request.signal,
    });
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
