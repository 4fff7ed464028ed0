import { posix, resolve } from 'node:path';
import { z } from 'zod';
import { within } from '../../repository/repository.ts';
import { readTsConfig, type TsConfigFile } from './tsconfig-file.ts';

/**
 * What the tsconfigs of a repository say about where modules lie, read lightly for the module graph: every
 * tsconfig counts for the files at and below its folder, whichever of them a compiler would choose.
 */

export interface PathMappings {
  /** Of `paths` and `baseUrl`: a pattern with at most one `*`, and repository-relative places to look. */
  aliases: { pattern: string; targets: string[] }[];
  /** Output folder to source folder, both repository-relative. */
  outputs: { out: string; source: string | undefined }[];
  customConditions: string[];
}

const Text = z.string().optional().catch(undefined);
/** `readTsConfig` has made the folders absolute. */
const Options = z.object({
  baseUrl: Text,
  paths: z.record(z.string(), z.array(z.string())).catch({}),
  outDir: Text,
  declarationDir: Text,
  rootDir: Text,
  customConditions: z.array(z.string()).catch([]),
});

function readConfig(path: string): TsConfigFile | undefined {
  try {
    return readTsConfig(path);
  } catch {
    // A broken tsconfig is reported by whoever compiles with it; here it maps nothing.
    return undefined;
  }
}

const configName = /^(?:tsconfig|jsconfig)(?:\.[^/]*)?\.json$/;

/** Mappings by folder (repository-relative, '' for the root), for the folders that hold a tsconfig. */
export function readPathMappings(root: string, files: Iterable<string>): Map<string, PathMappings> {
  const mappings = new Map<string, PathMappings>();
  // `tsconfig.json` before its variants: the first mapping that leads somewhere wins.
  const configs = [...files].filter((file) => configName.test(posix.basename(file)));
  configs.sort((a, b) => a.length - b.length);
  for (const file of configs) {
    const dir = posix.dirname(file) === '.' ? '' : posix.dirname(file);
    const known = mappings.get(dir) ?? { aliases: [], outputs: [], customConditions: [] };
    mappings.set(dir, known);
    const config = readConfig(resolve(root, file));
    if (config === undefined) continue;
    const options = Options.parse(config.options);
    const inside = (path: string): string[] => [within(root, path)].filter((dir) => dir !== undefined);
    const base = options.baseUrl ?? config.pathsBase;
    for (const [pattern, targets] of Object.entries(options.paths)) {
      if (base === undefined) break;
      known.aliases.push({ pattern, targets: targets.flatMap((target) => inside(resolve(base, target))) });
    }
    for (const dir of options.baseUrl === undefined ? [] : inside(options.baseUrl)) {
      known.aliases.push({ pattern: '*', targets: [dir === '' ? '*' : `${dir}/*`] });
    }
    const [source] = options.rootDir === undefined ? [] : inside(options.rootDir);
    for (const out of [options.outDir, options.declarationDir]) {
      for (const dir of out === undefined ? [] : inside(out))
        if (dir !== '') known.outputs.push({ out: dir, source });
    }
    known.customConditions.push(...options.customConditions);
  }
  return mappings;
}

/** What `*` stands for where `text` matches the pattern; '' for a pattern without one. */
export function matchPattern(pattern: string, text: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text ? '' : undefined;
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail)
    ? text.slice(head.length, text.length - tail.length)
    : undefined;
}
