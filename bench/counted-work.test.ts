import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { relative } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openTypeScriptSession } from '../src/language/typescript/session.ts';
import { tempFolder } from '../src/testing/temp.ts';
import { generateRepository } from './generate-repository.ts';
import { DEPENDENTS, TARGET_CLASS, TARGET_FILE, targetText } from './generated-target.ts';

/** What one warm check of a candidate and all its dependents asks for and reads. */
interface Work {
  /** Methods of what went to the server, over both connections. */
  messages: string[];
  sentBytes: number;
  /** What this process asked the file system for, relative to the repository. */
  files: string[];
  /** Bytes that the server read from files and from its connections; undefined where the system does not tell. */
  serverBytes: number | undefined;
  errors: number;
}

const LOOKS = ['readFileSync', 'existsSync', 'statSync', 'readdirSync'] as const;

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** Everything written to any socket and every file looked at, from now on. */
function listen() {
  const written: string[] = [];
  const files: string[] = [];
  const write = Socket.prototype.write;
  vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...args) {
    const [chunk] = args;
    written.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1'));
    return write.apply(this, args);
  });
  const note = (path: unknown) => files.push(String(path));
  for (const name of LOOKS) {
    const look = fs[name];
    const noted = (...args: unknown[]) => {
      note(args[0]);
      return Reflect.apply(look, fs, args);
    };
    vi.spyOn(fs, name).mockImplementation(noted as never);
  }
  const { readFile } = fs.promises;
  vi.spyOn(fs.promises, 'readFile').mockImplementation((...args) => {
    note(args[0]);
    return readFile(...args);
  });
  syncBuiltinESMExports();
  return { written, files };
}

async function workOf(lines: number): Promise<Work & { size: number }> {
  const root = tempFolder();
  const { files: size } = generateRepository(root, { lines, linesPerFile: 60 });
  const heard = listen();
  const session = await openTypeScriptSession({ root, targetFile: TARGET_FILE, className: TARGET_CLASS });
  try {
    const dependents = (await session.dependents()).files;
    const { pid } = await session.facts();
    const check = async (revision: number) => {
      await session.setCandidate(targetText({ revision, broken: 'dependents' }));
      let errors = 0;
      for (const file of [TARGET_FILE, ...dependents])
        errors += (await session.diagnostics(file)).diagnostics.length;
      return errors;
    };
    for (let revision = 1; revision <= 3; revision++) await check(revision);
    expect(heard.files.length).toBeGreaterThan(0);
    const before = bytesRead(pid);
    heard.written.length = 0;
    heard.files.length = 0;

    const errors = await check(4);
    const text = heard.written.join('');
    const files = heard.files.map((file) => relative(root, file));
    const after = bytesRead(pid);
    return {
      size,
      messages: [...text.matchAll(/"method":"([^"]+)"/g)].map(([, method = '']) => method),
      sentBytes: text.length,
      files,
      serverBytes: before === undefined || after === undefined ? undefined : after - before,
      errors,
    };
  } finally {
    await session.close();
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  }
}

/** Bytes that a process has read so far, by any means. */
function bytesRead(pid: number): number | undefined {
  try {
    const counted = /^rchar: (\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1];
    return counted === undefined ? undefined : Number(counted);
  } catch {
    return undefined;
  }
}

describe('a warm check of a candidate', () => {
  it('is the same work in a repository of any size', async () => {
    const small = await workOf(1_000);
    const large = await workOf(20_000);
    expect(large.size).toBeGreaterThan(7 * small.size);
    for (const { errors, messages, files, sentBytes } of [small, large]) {
      expect(errors).toBe(DEPENDENTS);
      // Two requests a file, and a change, a barrier, a snapshot, its predecessor's release and the target's text.
      expect(messages.length).toBe(2 * (DEPENDENTS + 3) + 5);
      // Of files, those alone that errors lie in: for their lines.
      expect(files.toSorted()).toEqual(
        Array.from({ length: DEPENDENTS }, (_, i) => `src/target/report-${i}.ts`).toSorted(),
      );
      expect(sentBytes).toBeLessThan(20_000);
    }
    expect(large.messages).toEqual(small.messages);
    // The server read what was sent to it and no file again: one of the large repository's alone has 2 KB.
    if (small.serverBytes !== undefined && large.serverBytes !== undefined)
      expect(Math.abs(large.serverBytes - small.serverBytes)).toBeLessThan(2_000);
  });
});
