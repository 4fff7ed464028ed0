import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import {
  openTypeScriptSession,
  type TypeScriptSession,
  type TypeScriptSessionOptions,
} from '../language/typescript/session.ts';
import { packageRoot } from '../package-root.ts';

export const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

export type Tree = Record<string, string | object>;

export function write(root: string, files: Tree): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** A repository in a temporary folder, with one of the installed compilers as its own. */
export function repository(files: Tree, compiler: '4.9' | '5.4' | '5.9' = '5.9'): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'session-')));
  cleanups.push(() => rmSync(root, { recursive: true, force: true }));
  write(root, files);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  symlinkSync(
    join(packageRoot, `node_modules/typescript-${compiler}`),
    join(root, 'node_modules/typescript'),
  );
  return root;
}

export async function open(root: string, targetFile: string, more: Partial<TypeScriptSessionOptions> = {}) {
  const session = await openTypeScriptSession({
    root,
    targetFile,
    className: 'Order',
    timeoutMs: 20_000,
    ...more,
  });
  cleanups.push(() => session.close());
  return session;
}

/** Diagnostics as `code line:column`, for whole comparisons. */
export const errors = async (session: TypeScriptSession, file: string) =>
  (await session.diagnostics(file)).diagnostics.map(({ code, line, column }) => `${code} ${line}:${column}`);

export const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** What the repository's own compiler says of the files on disk. */
export const ownCompiler = (root: string): Promise<string> =>
  new Promise((resolve) => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    execFile(process.execPath, [tsc, '-p', root, '--noEmit', '--pretty', 'false'], (_, stdout) =>
      resolve(stdout),
    );
  });

export const workspacePackage = (name: string, dependencies: Record<string, string>, more: object = {}) => ({
  name,
  version: '1.0.0',
  main: 'dist/index.js',
  types: 'dist/index.d.ts',
  dependencies,
  ...more,
});
export const link = (root: string, name: string, dir: string) => {
  const at = join(root, 'node_modules', name);
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(join(root, dir), at);
};
