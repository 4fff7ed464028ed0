import { type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';

/** Changes within this many milliseconds are one: editors write a file in several steps. */
const SETTLED_MS = 40;

/**
 * Calls `onChange` at once, and again after files in the folders of `files` changed, came or went and it has
 * settled. New folders are seen when `files` is asked for again, after each call. Returns when `signal` aborts.
 */
export async function watchFolders(
  root: string,
  files: () => Promise<readonly string[]>,
  onChange: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const watchers = new Map<string, FSWatcher>();
  let wake: (() => void) | undefined;
  let changes = 0;
  const changed = () => {
    changes++;
    wake?.();
  };
  const follow = async () => {
    const folders = new Set<string>(['.']);
    for (const file of await files())
      for (let dir = dirname(file); !folders.has(dir); dir = dirname(dir)) folders.add(dir);
    for (const [folder, watcher] of watchers) if (!folders.has(folder)) close(folder, watcher);
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = watch(join(root, folder), { persistent: true }, changed);
        watcher.on('error', () => close(folder, watcher));
        watchers.set(folder, watcher);
      } catch {
        // Gone between the listing and now: its parent tells of it.
      }
    }
  };
  const close = (folder: string, watcher: FSWatcher) => {
    watcher.close();
    watchers.delete(folder);
  };
  signal.addEventListener('abort', changed, { once: true });
  try {
    await follow();
    await onChange();
    while (!signal.aborted) {
      if (changes === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (signal.aborted) break;
      for (let seen = -1; seen !== changes; ) {
        seen = changes;
        await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
      }
      changes = 0;
      await onChange();
      await follow();
    }
  } finally {
    for (const [folder, watcher] of watchers) close(folder, watcher);
  }
}
