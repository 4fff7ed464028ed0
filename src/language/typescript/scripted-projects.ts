import { existsSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { ClasswrightError } from '../../errors.ts';
import type { Repository } from '../../repository/repository.ts';
import { readTsConfig } from './tsconfig-file.ts';
import { matchesTsConfig } from './tsconfig-match.ts';

/** Scripts that are asked first: what they compile by is what a package means by "it compiles". */
const TELLING = /^(?:(?:test|check|lint)[:-])?(?:type-?checks?|check-?types?|types|tsc)$|^build$/;

/** The arguments of each `tsc` that a script calls. */
function compilerCalls(script: string): string[][] {
  return script.split(/&&|\|\||[;&|]/).flatMap((command) => {
    const words = command.trim().split(/\s+/);
    const at = words.findIndex((word) => /^(?:vue-)?tsc(?:\.js)?$/.test(basename(word)));
    return at < 0 ? [] : [words.slice(at + 1)];
  });
}

/** What a `tsc` with these arguments compiles: names of files or folders, as written. */
function projectsOf(args: readonly string[]): string[] {
  const named = args.findIndex((arg) => arg === '-p' || arg === '--project');
  if (named >= 0) return args.slice(named + 1, named + 2);
  const built = args.findIndex((arg) => arg === '-b' || arg === '--build');
  const targets = built < 0 ? [] : args.slice(built + 1).filter((arg) => !arg.startsWith('-'));
  return targets.length > 0 ? targets : ['tsconfig.json'];
}

function scriptedFiles(dir: string, scripts: Record<string, string>): string[] {
  const seen = new Set<string>();
  const found = new Set<string>();
  const visit = (name: string): void => {
    const script = scripts[name];
    if (script === undefined || seen.has(name)) return;
    seen.add(name);
    for (const [, called = ''] of script.matchAll(/\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?([\w:.-]+)/g))
      visit(called);
    for (const project of compilerCalls(script).flatMap(projectsOf)) {
      const path = resolve(dir, project.replace(/^(['"])(.*)\1$/, '$2'));
      const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
      const file = isFolder ? join(path, 'tsconfig.json') : path;
      if (existsSync(file)) found.add(file);
    }
  };
  const names = Object.keys(scripts);
  for (const name of [...names.filter((n) => TELLING.test(n)), ...names]) visit(name);
  return [...found];
}

function covers(tsconfig: string, file: string): boolean {
  try {
    return matchesTsConfig(readTsConfig(tsconfig), file);
  } catch (error) {
    if (error instanceof ClasswrightError) return false;
    throw error;
  }
}

/**
 * Tsconfigs (repository-relative) by which the scripts of the target's package compile the target, most telling
 * first. Empty where they compile by `tsconfig`, or by none that covers the target: then there is no other opinion.
 */
export function otherProjects(
  { root, target }: Pick<Repository, 'root' | 'target'>,
  tsconfig: string,
  targetFile: string,
): string[] {
  const scripted = scriptedFiles(join(root, target.dir), target.manifest.scripts);
  if (scripted.includes(join(root, tsconfig))) return [];
  return scripted.filter((path) => covers(path, join(root, targetFile))).map((path) => relative(root, path));
}
