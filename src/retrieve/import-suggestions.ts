import { dirname, join } from 'node:path/posix';
import type { ImportSuggestion, LanguageSession } from '../language/language.ts';

interface Asking {
  language: LanguageSession;
  targetFile: string;
  isWithheld(file: string): boolean;
}

/**
 * Import statements that would bring a name into the target file, the likeliest first: one for each declaration,
 * since the ways to it are no choice, and none from a withheld file.
 */
export async function importSuggestions(name: string, asking: Asking): Promise<ImportSuggestion[]> {
  const { value } = await asking.language.importsFor(name);
  const folder = dirname(asking.targetFile);
  const isShown = ({ from }: ImportSuggestion): boolean => {
    if (!from.startsWith('.')) return true;
    const file = join(folder, from).replace(/\.[cm]?[jt]sx?$/, '');
    return !['ts', 'tsx', 'mts', 'cts'].some((ending) => asking.isWithheld(`${file}.${ending}`));
  };
  const shown = value.filter(isShown);
  return shown.filter(
    ({ declaration }, i) =>
      declaration === undefined || shown.findIndex((other) => other.declaration === declaration) === i,
  );
}

/** The import that a name can only mean, of what the package declares. */
export async function onlyImport(name: string, asking: Asking): Promise<ImportSuggestion | undefined> {
  const [only, ...others] = await importSuggestions(name, asking);
  return others.length === 0 && only?.undeclaredPackage === undefined ? only : undefined;
}
