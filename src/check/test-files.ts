import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { WorkingCopy } from '../sandbox/sandbox.ts';

/** Texts of the files that judge a class, by repository-relative path: nothing that runs may change them. */
export type TestFiles = Readonly<Record<string, string>>;

/** Snapshots beside a test file, and in the folder that runners make for them. */
async function snapshotsBeside(copy: WorkingCopy, files: readonly string[]): Promise<string[]> {
  const folders = new Set(
    files.flatMap((file) => [posix.dirname(file), posix.join(posix.dirname(file), '__snapshots__')]),
  );
  const found: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(join(copy.root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries)
      if (entry.isFile() && entry.name.endsWith('.snap')) found.push(posix.join(folder, entry.name));
  }
  return found.sort();
}

/** Reads the test files and their snapshots as the copy holds them now. */
export async function readTestFiles(copy: WorkingCopy, files: readonly string[]): Promise<TestFiles> {
  const texts: Record<string, string> = {};
  for (const file of [...files, ...(await snapshotsBeside(copy, files))]) {
    const text = await copy.read(file);
    if (text !== undefined) texts[file] = text;
  }
  return texts;
}

/** Names what a run changed, added or removed, and puts it back, so that the next run is judged by the same tests. */
export async function restoreTestFiles(
  copy: WorkingCopy,
  files: readonly string[],
  before: TestFiles,
): Promise<string[]> {
  const after = await readTestFiles(copy, files);
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (file) => before[file] !== after[file],
  );
  for (const file of changed) {
    const text = before[file];
    if (text === undefined) await copy.remove(file);
    else await copy.write(file, text);
  }
  return changed;
}
