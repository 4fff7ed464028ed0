import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ModuleResolver } from './module-resolver.ts';

/** The first pass over a repository: which files can lead to the target at all, found without parsing any. */
export interface ModuleScan {
  /** The targets and every file from which imports lead to them. */
  reaching: Set<string>;
  /** Specifiers that name a package of this repository and lead to no source; strings may look like them. */
  unmapped: { file: string; specifier: string; to: string }[];
  files: number;
}

const sourceFile = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;
/** Larger files are data. */
const MAX_BYTES = 20_000_000;

/** Whatever stands in quotes after a word that can load a module: more than the imports, never fewer. */
const specifierPattern =
  /(?:\bfrom|\bimport|\brequire|[mM]ock|mockModule|\.module|Actual|proxyquire|\breplace(?:Esm)?)\b[^'"`;]{0,200}['"`]([^'"`\n]+)['"`]/g;

/** Undefined for a file that is gone, a broken link, or the target that is still to be written. */
export function readSource(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Gives way to timers and signals now and then: a large repository takes seconds, in which an interrupt has to get
 * through. Throws the signal's reason where it was aborted.
 */
export function breather(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < 50) return;
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    last = performance.now();
  };
}

export async function scanModules(
  root: string,
  files: Iterable<string>,
  targets: Iterable<string>,
  resolver: ModuleResolver,
  breathe: () => Promise<void>,
): Promise<ModuleScan> {
  const unmapped: ModuleScan['unmapped'] = [];
  const importers = new Map<string, Set<string>>();
  const queue = [...files].filter((file) => sourceFile.test(file));
  const seen = new Set(queue);
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    await breathe();
    if ((statSync(join(root, file), { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) continue;
    const specifiers = new Set<string>();
    for (const [, specifier] of (readSource(root, file) ?? '').matchAll(specifierPattern)) {
      if (specifier !== undefined) specifiers.add(specifier);
    }
    for (const specifier of specifiers) {
      const found = resolver.resolve(file, specifier);
      if (found === undefined) continue;
      if ('unmapped' in found) {
        unmapped.push({ file, specifier, to: found.unmapped });
        continue;
      }
      importers.set(found.file, (importers.get(found.file) ?? new Set()).add(file));
      // Ignored files are not listed, but generated sources among them are imported.
      if (!seen.has(found.file) && sourceFile.test(found.file)) {
        seen.add(found.file);
        queue.push(found.file);
      }
    }
  }
  const reaching = new Set(targets);
  for (const file of reaching) for (const importer of importers.get(file) ?? []) reaching.add(importer);
  return { reaching, unmapped, files: seen.size };
}
