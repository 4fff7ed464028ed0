import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';

/**
 * The texts of prompts/ and the slots that each has. A slot of the text that is not listed here, or the other way
 * round, fails the build (verify-prompts.ts).
 */
export const promptSlots = {
  system: [],
  generate: [
    'className',
    'file',
    'form',
    'description',
    'limits',
    'compilerOptions',
    'pieces',
    'contract',
    'closing',
  ],
  revise: ['attempt', 'attemptsLeft', 'lookUps', 'reflect'],
  'retrieve-again': ['attempt', 'attemptsLeft', 'pieces'],
} as const;

export type PromptName = keyof typeof promptSlots;
export const promptNames = Object.keys(promptSlots) as PromptName[];

interface PromptText {
  version: number;
  text: string;
}

const loaded = new Map<PromptName, PromptText>();

export function loadPrompt(name: PromptName): PromptText {
  const known = loaded.get(name);
  if (known) return known;
  const file = readFileSync(join(packageRoot, 'prompts', `${name}.md`), 'utf8');
  const match = /^---\nversion: (\d+)\n---\n([\s\S]*)$/.exec(file);
  if (!match?.[1] || match[2] === undefined) throw new Error(`prompts/${name}.md has no version header`);
  const prompt = { version: Number(match[1]), text: match[2].trimEnd() };
  loaded.set(name, prompt);
  return prompt;
}

const SLOT = /\{\{(\w+)\}\}/g;

export const slotsIn = (text: string): string[] => [...text.matchAll(SLOT)].map((m) => m[1] ?? '');

/** The prompt with every slot filled. Values are put in literally: a `{{slot}}` inside a value stays text. */
export function fillPrompt<Name extends PromptName>(
  name: Name,
  values: Record<(typeof promptSlots)[Name][number], string>,
): string {
  const given: Record<string, string> = values;
  return loadPrompt(name).text.replace(SLOT, (_, slot: string) => {
    const value = given[slot];
    if (value === undefined) throw new Error(`prompts/${name}.md: the slot ${slot} has no value`);
    return value;
  });
}

/** `{ system: '1', … }` for the `init` event: which texts a run was made with. */
export const promptVersions = (): Record<string, string> =>
  Object.fromEntries(promptNames.map((name) => [`prompt ${name}`, String(loadPrompt(name).version)]));
