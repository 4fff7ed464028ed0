import { posix } from 'node:path';
import type { HeldOut } from './held-out.ts';
import type { Prepared } from './prepare.ts';
import { choose, type Switched, type Variant } from './switched.ts';

/** Versions that one process of the runner tries; a process that hangs costs no more than these. */
const BATCH = 21;
const SECONDS_ALONE = 30;

export interface VersionOutcome extends Variant {
  /** A held-out test failed, did not run, or the run hung. */
  failed: boolean;
}

export interface TryOptions {
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
  onProgress?: (done: number, of: number) => void;
}

/**
 * Runs the held-out tests against every version of a switched text: a copy of each test file for each version, many
 * copies in one process of the runner. Throws where the reference, which is version 0, does not pass so.
 */
export async function tryVersions(
  prepared: Prepared,
  heldOut: HeldOut,
  switched: Switched,
  { timeoutMs = 120_000, signal, onProgress }: TryOptions = {},
): Promise<VersionOutcome[]> {
  const { copy, groups } = heldOut;
  const { task, heldOutTexts } = prepared;
  await copy.write(task.file, switched.text);
  // Mocha loads all files before it runs one: the last choice would hold for all of them.
  const batch = groups.some(({ runner }) => runner.name === 'mocha') ? 1 : BATCH;
  const versions = [0, ...switched.variants.keys().map((at) => at + 1)];
  const passed = new Map<number, boolean>();

  const run = async (some: readonly number[], limit: number): Promise<void> => {
    const ids = new Map(some.map((version) => [version, new Set<string>()]));
    let hung = false;
    for (const { runner, files } of groups) {
      const copies = files.flatMap((file) =>
        some.map((version) => ({ file, version, path: copyName(file, version) })),
      );
      for (const { file, version, path } of copies)
        await copy.write(path, `${choose(version)}\n${heldOutTexts[file] ?? ''}`);
      const result = await runner.run({
        files: copies.map(({ path }) => path),
        timeoutMs: limit,
        // Alone, the first failure decides.
        bail: some.length === 1,
        ...(signal ? { signal } : {}),
      });
      hung ||= result.failure?.kind === 'timeout' || result.failure?.kind === 'early-exit';
      const originals = new Map(copies.map(({ file, version, path }) => [path, { file, version }]));
      for (const test of result.tests) {
        const original = originals.get(test.file);
        if (original && test.status === 'passed')
          ids.get(original.version)?.add(`${original.file}${test.id.slice(test.file.length)}`);
      }
      for (const { path } of copies) await copy.remove(path);
    }
    if (hung && some.length > 1) {
      for (const version of some) await run([version], SECONDS_ALONE * 1000);
      return;
    }
    for (const [version, seen] of ids)
      passed.set(
        version,
        task.heldOut.every((set) => set.ids.every((id) => seen.has(id))),
      );
  };

  for (let at = 0; at < versions.length; at += batch) {
    signal?.throwIfAborted();
    await run(versions.slice(at, at + batch), timeoutMs);
    onProgress?.(Math.min(at + batch, versions.length), versions.length);
    if (at === 0 && passed.get(0) !== true)
      throw new Error(`${task.id}: the reference does not pass in copies of its test files.`);
  }
  return switched.variants.map((variant, at) => ({ ...variant, failed: passed.get(at + 1) !== true }));
}

/** Beside the original and named as a test: `a.test.ts` gives `a.v3.test.ts`. */
function copyName(file: string, version: number): string {
  const { dir, base } = posix.parse(file);
  const named = base.replace(/(?=\.(?:test|spec)\.)|(?=\.[cm]?[jt]sx?$)/, `.v${version}`);
  return posix.join(dir, named);
}
