import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { RunEvent } from './events.ts';
import { createSession, deleteSession, listSessions, openSession, readSession } from './session.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sessions-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const note = (seq: number, message: string): RunEvent => ({ type: 'note', message, seq, time: 1000 + seq });
const delta: RunEvent = { type: 'model-delta', call: 1, text: 'for display', seq: 9, time: 1 };
const place = (repositoryRoot = '/repos/shop') => ({ repositoryRoot, dir });

test('an event is on the disk when append resolves; what is for display alone is not', async () => {
  const session = await createSession(place());
  await session.append(note(0, 'eins'));
  await session.append(delta);
  expect(await readFile(session.file, 'utf8')).toBe(`${JSON.stringify(note(0, 'eins'))}\n`);
  await session.append(note(1, 'zwei'));
  expect(await readSession(session.id, { dir })).toEqual([note(0, 'eins'), note(1, 'zwei')]);
  await session.close();
  expect((await stat(session.file)).mode & 0o777).toBe(0o600);
});

test('events appended at once keep their order', async () => {
  const session = await createSession(place());
  const events = Array.from({ length: 30 }, (_, n) => note(n, 'x'.repeat(5000 - n * 100)));
  await Promise.all(events.map((event) => session.append(event)));
  expect(await readSession(session.file)).toEqual(events);
  await session.close();
});

test('a torn last line is left out, and cut off before the log goes on', async () => {
  const session = await createSession(place());
  await session.append(note(0, 'eins'));
  await session.close();
  await appendFile(session.file, '{"type":"note","mess');
  expect(await readSession(session.id, { dir })).toEqual([note(0, 'eins')]);

  const opened = await openSession(session.id, { dir });
  expect(opened).toMatchObject({ events: [note(0, 'eins')], repositoryRoot: '/repos/shop' });
  expect(opened.session.id).toBe(session.id);
  await opened.session.append(note(1, 'zwei — ü'));
  await opened.session.close();
  expect(await readSession(session.id, { dir })).toEqual([note(0, 'eins'), note(1, 'zwei — ü')]);
});

test.each([
  ['not JSON', '{"type":"note"'],
  ['no event', '{"type":"nothing","seq":1,"time":1}'],
  ['an event without its fields', '{"type":"note","seq":1,"time":1}'],
])('any other line that is %s is an error that names it', async (_, line) => {
  const session = await createSession(place());
  await session.append(note(0, 'eins'));
  await session.close();
  await appendFile(session.file, `${line}\n${JSON.stringify(note(2, 'drei'))}\n`);
  await expect(readSession(session.id, { dir })).rejects.toMatchObject({
    kind: 'usage',
    code: 'bad-session',
    message: expect.stringContaining(`${session.file}:2: `),
  });
});

test('ids sort by time, and the beginning of one is enough where it is the only one', async () => {
  const first = await createSession(place());
  const second = await createSession(place('/repos/other'));
  expect([second.id, first.id].sort()).toEqual([first.id, second.id]);
  const many: string[] = [];
  for (let n = 0; n < 30; n++) {
    const session = await createSession(place('/repos/many'));
    many.push(session.id);
    await session.close();
  }
  expect(many.toSorted()).toEqual(many);
  await first.append(note(0, 'eins'));
  expect(await readSession(first.id.slice(0, -1), { dir })).toEqual([note(0, 'eins')]);
  await expect(readSession('20', { dir })).rejects.toMatchObject({ code: 'ambiguous-session' });
  const typo = `x${first.id.slice(1)}`;
  await expect(readSession(typo, { dir })).rejects.toMatchObject({
    kind: 'usage',
    code: 'unknown-session',
    advice: expect.stringContaining(first.id),
  });
  for (const id of ['', '..', '../../etc/passwd'])
    await expect(readSession(id, { dir })).rejects.toMatchObject({ kind: 'usage' });
  await first.close();
  await second.close();
});

test('sessions are listed newest first, by repository or all, the unreadable among them', async () => {
  const init: RunEvent = {
    type: 'init',
    schemaVersion: 1,
    session: 's',
    task: {
      className: 'OrderBook',
      file: 'src/order-book.ts',
      description: 'd',
      form: 'new-file',
      tests: [],
      context: [],
      require: 'tests',
      requireLint: false,
      showTests: false,
      ask: false,
      strategy: 'rrr',
    },
    limits: { attempts: 5, toolCallsPerRound: 3 },
    model: 'm',
    versions: {},
    resumed: false,
    seq: 0,
    time: Date.parse('2026-03-01T00:00:00Z'),
  };
  const shop = await createSession(place());
  await shop.append(init);
  const broken = await createSession(place('/elsewhere/shop'));
  await appendFile(broken.file, 'nonsense\n');
  await Promise.all([shop.close(), broken.close()]);

  expect(await listSessions({ dir, repositoryRoot: '/repos/shop' })).toEqual([
    {
      id: shop.id,
      path: shop.file,
      repositoryRoot: '/repos/shop',
      startedAt: new Date('2026-03-01T00:00:00Z'),
      className: 'OrderBook',
      file: 'src/order-book.ts',
      verdict: undefined,
      problem: undefined,
    },
  ]);
  const all = await listSessions({ dir });
  expect(all.map(({ id }) => id)).toEqual([broken.id, shop.id]);
  expect(all[0]?.problem).toContain(':1: not JSON');
  expect(await listSessions({ dir, repositoryRoot: '/repos/none' })).toEqual([]);
  expect(await listSessions({ dir: join(dir, 'none') })).toEqual([]);
});

test('a deleted session is gone, and its folder with the last of them', async () => {
  const first = await createSession(place());
  const second = await createSession(place());
  await Promise.all([first.close(), second.close()]);
  await deleteSession(first.id, { dir });
  expect((await listSessions({ dir })).map(({ id }) => id)).toEqual([second.id]);
  await deleteSession(second.id, { dir });
  expect(await readdir(dir)).toEqual([]);
  await expect(deleteSession(second.id, { dir })).rejects.toMatchObject({ code: 'unknown-session' });
});

test('a folder that cannot be made is said, with what to do', async () => {
  await writeFile(join(dir, 'file'), '');
  await expect(createSession({ repositoryRoot: '/r', dir: join(dir, 'file') })).rejects.toMatchObject({
    kind: 'checks',
    code: 'session-unwritable',
    advice: expect.stringContaining('XDG_STATE_HOME'),
  });
});

test('a write that fails is said, nothing is written behind the gap, and the whole lines remain', async () => {
  const module = fileURLToPath(new URL('./session.ts', import.meta.url));
  const script = `import { createSession } from ${JSON.stringify(module)};
    const session = await createSession(${JSON.stringify(place())});
    const append = (seq) => session.append({ type: 'note', message: 'x'.repeat(200), seq, time: 1 });
    const codes = [];
    for (let seq = 0; codes.length < 2; seq++) await append(seq).catch((error) => codes.push(error.code));
    console.log(JSON.stringify({ id: session.id, codes }));`;
  // A limit on the size of files, in blocks of 512 or 1024 bytes, stands in for a full disk.
  const limited = 'ulimit -f 4; exec "$0" --input-type=module-typescript -e "$1"';
  const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, script]);
  const { id, codes } = z.object({ id: z.string(), codes: z.array(z.string()) }).parse(JSON.parse(stdout));
  expect(codes).toEqual(['session-unwritable', 'session-unwritable']);
  const events = await readSession(id, { dir });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at));
  expect(events.length).toBeGreaterThan(3);
});
