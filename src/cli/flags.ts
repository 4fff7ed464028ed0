import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { RawFlags } from '../config/config-layers.ts';
import { SETTINGS } from '../config/settings.ts';
import { usageError } from '../errors.ts';

/** Flags that were really given: text, lists of text, switches. */
export type Flags = Readonly<Record<string, string | string[] | boolean | undefined>>;

export const textOf = (flags: Flags, name: string): string | undefined => {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
};

/** The folder that a command works from: `--repo`, its alias `--cwd`, or the current one. Absolute. */
export function folderOf(flags: Flags): string {
  const [repo, cwd] = [textOf(flags, 'repo'), textOf(flags, 'cwd')];
  if (repo !== undefined && cwd !== undefined && repo !== cwd)
    throw usageError(
      'two-folders',
      '--repo and --cwd name two folders.',
      'They mean the same: give one of them.',
    );
  const given = repo ?? cwd;
  const folder = resolve(given ?? '.');
  if (given !== undefined && !statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw usageError(
      'no-folder',
      `There is no folder ${folder}.`,
      'Give the repository, or a folder inside it, with --repo.',
    );
  return folder;
}

/** The settings among the flags, `--json` as the output format that it stands for. */
export function settingFlags(flags: Flags): RawFlags {
  const raw: RawFlags = {};
  for (const { key } of SETTINGS) {
    const value = flags[key];
    if (value !== undefined) raw[key] = value;
  }
  if (flags.json && raw.outputFormat !== undefined && raw.outputFormat !== 'json')
    throw usageError(
      'two-formats',
      `--json and --output-format ${raw.outputFormat} contradict each other.`,
      'Give one of them.',
    );
  if (flags.json) raw.outputFormat = 'json';
  return raw;
}

/** The flags that were really given; a value that is itself a flag is a forgotten value. */
export function given(flags: Flags, command: Command): Flags {
  const known = new Set(command.options.flatMap((option) => [option.long, option.short]));
  const entries = Object.entries(flags).filter(([key]) => command.getOptionValueSource(key) === 'cli');
  for (const [key, value] of entries) {
    const swallowed = [value].flat().find((one) => typeof one === 'string' && known.has(one));
    const option = command.options.find((one) => one.attributeName() === key);
    if (swallowed !== undefined)
      throw usageError(
        'missing-value',
        `${option?.long} needs a value, but ${swallowed} follows it.`,
        `Give the value, or write ${option?.long}=${swallowed} if it is meant.`,
      );
  }
  return Object.fromEntries(entries);
}
