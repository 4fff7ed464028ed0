import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../package-root.ts';
import { openRepository } from '../repository/repository.ts';
import { ORDERS_TARGET, writeOrders } from '../testing/orders-fixture.ts';
import { processesWith, requireBuild } from '../testing/program.ts';
import { treeHash } from '../testing/tree-hash.ts';
import { until } from '../testing/wait.ts';
import { type Host, openHost } from './host.ts';
import { type HttpServer, serveHttp } from './http.ts';
import { mcpServer } from './server.ts';

let base: string;
let root: string;
let host: Host;
const clients: Client[] = [];

beforeAll(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'classwright-mcp-')));
  root = join(base, 'repo');
  await writeOrders(root);
  host = openHost(await openRepository({ cwd: root, targetFile: root }), { cwd: root, mayApply: false });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(async () => {
  await host?.close();
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
});

/** A client of its own on the shared host. */
async function connect(roots?: string[]): Promise<Client> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1' }, { capabilities: roots ? { roots: {} } : {} });
  if (roots)
    client.setRequestHandler('roots/list', () => ({
      roots: roots.map((folder) => ({ uri: pathToFileURL(folder).href })),
    }));
  await mcpServer(host).connect(far);
  await client.connect(near);
  clients.push(client);
  return client;
}

const textOf = (result: { content?: unknown }): string => JSON.stringify(result.content);
const wrong = {
  file: ORDERS_TARGET,
  text: 'export class OrderBook { run(): void { throw new OutOfStock("a", 1); } }\n',
};

test('every tool of the model is there, with the same schema, and what the server adds', async () => {
  const client = await connect();
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'type_info',
      'imports_for',
      'compile',
      'submit_class',
      'check_candidate',
      'generate_class',
    ]),
  );
  expect(names).toHaveLength(18);
  for (const { name, outputSchema, annotations } of tools) {
    expect(outputSchema, name).toMatchObject({ type: 'object' });
    expect(annotations?.destructiveHint, name).toBe(false);
  }
  const typeInfo = tools.find(({ name }) => name === 'type_info');
  expect(Object.keys(typeInfo?.inputSchema.properties ?? {})).toContain('from_file');
});

test('check_candidate explains new errors and those of dependents, and writes nothing', async () => {
  const client = await connect();
  const hash = treeHash(root);
  const result = await client.callTool({ name: 'check_candidate', arguments: wrong });
  expect(result.structuredContent).toMatchObject({
    ok: false,
    diagnostics: [{ code: 2304 }, { code: 2339 }, { code: 2554 }, { code: 2339 }],
  });
  expect(textOf(result)).toContain("import { OutOfStock } from './errors.js'");
  const fixed = await client.callTool({ name: 'check_candidate', arguments: { ...wrong, fix: true } });
  expect(fixed.structuredContent).toMatchObject({
    mended: [{ text: expect.stringContaining('import { OutOfStock }') }],
  });
  expect(treeHash(root)).toEqual(hash);
});

test('look-ups, from the file that is named', async () => {
  const client = await connect();
  const from_file = 'packages/orders/src/warehouse.ts';
  const found = await client.callTool({ name: 'imports_for', arguments: { name: 'Money', from_file } });
  expect(found.structuredContent).toMatchObject({ text: expect.stringContaining("from '@orders/money'") });
  const anywhere = await client.callTool({ name: 'type_info', arguments: { name: 'AuditLog' } });
  expect(textOf(anywhere)).toContain('record(text: string');
});

test('resources: the doctor, and what a model would get first', async () => {
  const client = await connect();
  expect((await client.listResources()).resources).toMatchObject([{ uri: 'classwright://doctor' }]);
  const [doctor] = (await client.readResource({ uri: 'classwright://doctor' })).contents;
  expect(JSON.stringify(doctor)).toContain(root);
  const uri = `classwright://context/Warehouse/packages/orders/src/warehouse.ts`;
  const [context] = (await client.readResource({ uri })).contents;
  expect(JSON.stringify(context)).toContain('totalOf');
});

describe('bad input: an answer or a protocol error, and the server lives on', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['type_info', {}, /name/],
    ['type_info', { name: 'AuditLog', nmae: 1 }, /nmae/],
    ['type_info', { name: 'x'.repeat(3), from_file: '../../outside.ts' }, /outside the repository/],
    ['check_candidate', { file: 'README.md', text: '' }, /no TypeScript file/],
    ['check_candidate', { file: 'a.ts', text: 'x'.repeat(2_000_001) }, /2000000/],
    ['submit_class', { imports: [], class: 'class A {}', assumptions: [] }, /from_file/],
    ['generate_class', { class_name: 'not a name', file: 'a.ts', description: 'x' }, /identifier/],
  ])('%s: case %#', async (name, args, message) => {
    const client = await connect();
    const result = await client.callTool({ name, arguments: args });
    expect([result.isError, textOf(result)]).toEqual([true, expect.stringMatching(message)]);
    expect((await client.listTools()).tools).toHaveLength(18);
  });

  test('an unknown tool and an unknown resource', async () => {
    const client = await connect();
    await expect(client.callTool({ name: 'nope', arguments: {} })).rejects.toThrow(/nope/);
    await expect(client.readResource({ uri: 'classwright://nope' })).rejects.toThrow();
  });

  test('a client whose roots lie elsewhere, or in another folder of the repository', async () => {
    const elsewhere = await connect([base.replace(/$/, '-elsewhere')]);
    const refused = await elsewhere.callTool({ name: 'type_info', arguments: { name: 'AuditLog' } });
    expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringContaining('outside the roots')]);
    const inMoney = await connect([join(root, 'packages/money')]);
    expect((await inMoney.callTool({ name: 'check_candidate', arguments: wrong })).isError).toBe(true);
    const inside = await connect([root]);
    expect((await inside.callTool({ name: 'type_info', arguments: { name: 'AuditLog' } })).isError).toBe(
      false,
    );
  });

  test('two clients at once get their own answers; a call that is cancelled harms nobody', async () => {
    const [one, two] = [await connect(), await connect()];
    const controller = new AbortController();
    const cancelled = one.callTool(
      { name: 'check_candidate', arguments: wrong },
      { signal: controller.signal },
    );
    const asked = two.callTool({
      name: 'check_candidate',
      arguments: { ...wrong, text: 'export const n: number = "x";\n' },
    });
    controller.abort();
    await expect(cancelled).rejects.toThrow();
    expect((await asked).structuredContent).toMatchObject({ diagnostics: [{ code: 2322 }] });
    expect(
      (await one.callTool({ name: 'check_candidate', arguments: wrong })).structuredContent,
    ).toMatchObject({ ok: false });
  });
});

describe('over HTTP on the loopback interface', () => {
  let http: HttpServer;
  beforeAll(async () => {
    http = await serveHttp(host, { port: 0, token: 'secret-token' });
  });
  afterAll(() => http?.close());

  const raw = (
    headers: Record<string, string>,
    body = '{',
  ): Promise<{ status: number | undefined; text: string }> =>
    new Promise((resolve, reject) => {
      const asking = request(
        http.url,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            ...headers,
          },
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part) => {
            text += part;
          });
          answer.on('end', () => resolve({ status: answer.statusCode, text }));
        },
      );
      asking.on('error', reject).end(body);
    });
  const authorization = 'Bearer secret-token';

  test('the official client with the token is served', async () => {
    const client = new Client({ name: 'test', version: '1' });
    const requestInit = { headers: { authorization } };
    await client.connect(new StreamableHTTPClientTransport(new URL(http.url), { requestInit }));
    clients.push(client);
    const result = await client.callTool({ name: 'check_candidate', arguments: wrong });
    expect(result.structuredContent).toMatchObject({ ok: false });
  });

  test.each<[string, Record<string, string>, number]>([
    ['no token', {}, 401],
    ['a wrong token', { authorization: 'Bearer secret-tokem' }, 401],
    ['another host by name', { authorization, host: 'evil.example:80' }, 403],
    ['a page of another origin', { authorization, origin: 'https://evil.example' }, 403],
    ['broken JSON', { authorization }, 400],
  ])('%s', async (_, headers, status) => {
    expect((await raw(headers)).status).toBe(status);
  });

  test('a request that is too large, and another path', async () => {
    const large = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/list',
      params: { x: 'x'.repeat(9_000_000) },
    });
    expect((await raw({ authorization }, large)).status).toBe(413);
    const other = await fetch(http.url.replace('/mcp', '/other'), { headers: { authorization } });
    expect(other.status).toBe(404);
    expect((await raw({ authorization }, '{"jsonrpc":"2.0","id":1,"method":"nope"}')).text).toContain(
      'error',
    );
  });
});

test('the program over stdio: serves, and leaves nothing behind when its client goes in mid-call', async () => {
  const own = join(base, 'own');
  await writeOrders(own);
  const hash = treeHash(own);
  requireBuild();
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(packageRoot, 'dist/src/cli/bin.js'), 'mcp', '--repo', own],
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: base },
    stderr: 'pipe',
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const result = await client.callTool({ name: 'check_candidate', arguments: wrong });
  expect(result.structuredContent).toMatchObject({ ok: false });
  const open = client.callTool({
    name: 'generate_class',
    arguments: { class_name: 'Late', file: 'packages/orders/src/late.ts', description: 'x' },
  });
  open.catch(() => {});
  await client.close();
  await until(() => processesWith(own).length === 0);
  expect(treeHash(own)).toEqual(hash);
});
