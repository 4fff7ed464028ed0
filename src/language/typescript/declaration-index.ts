import { type DeclarationFacts, declarationsOf, skeletonOf } from './syntax.ts';

/** A top-level declaration of the repository, as retrieval weighs it. */
export interface IndexedDeclaration extends DeclarationFacts {
  file: string;
  /** Signatures rather than bodies: the skeleton of a class, the whole of a type, the header of a function. */
  outline(): string;
}

export interface IndexedFile {
  file: string;
  text: string;
  declarations: IndexedDeclaration[];
  /** Names that the file imports, with the module as written. */
  imports: { name: string; module: string }[];
}

const MOST_TYPE_LINES = 90;
const IMPORT = /^\s*import\s+(?:type\s+)?([^'";]*?)\s*from\s*['"]([^'"]+)['"]/gm;

/** Names brought in by import statements, by syntax light enough for thousands of files. */
export function importedNames(text: string): IndexedFile['imports'] {
  return [...text.matchAll(IMPORT)].flatMap(([, clause = '', module = '']) => {
    const names = clause.replaceAll(/[{}]/g, ',').split(',');
    return names
      .map(
        (name) =>
          name
            .trim()
            .replace(/^type\s+/, '')
            .split(/\s+as\s+/)[0]
            ?.trim() ?? '',
      )
      .filter((name) => /^[A-Za-z_$][\w$]*$/.test(name))
      .map((name) => ({ name, module }));
  });
}

export function indexFile(file: string, text: string): IndexedFile {
  const lines = text.split('\n');
  const declarations = declarationsOf(text, file).map((declaration) => ({
    ...declaration,
    file,
    outline: () => outlineOf(declaration, file, text, lines),
  }));
  return { file, text, declarations, imports: importedNames(text) };
}

function outlineOf(
  declaration: DeclarationFacts,
  file: string,
  text: string,
  lines: readonly string[],
): string {
  const { kind, name, header, startLine, endLine, doc } = declaration;
  const summary = doc?.split('\n\n')[0]?.replaceAll('\n', ' ').slice(0, 240);
  const comment = summary ? `/** ${summary} */\n` : '';
  if (kind === 'class') return comment + (skeletonOf(text, file, name) || header);
  const isType = kind === 'interface' || kind === 'type' || kind === 'enum';
  if (isType && endLine - startLine < MOST_TYPE_LINES)
    return comment + lines.slice(startLine - 1, endLine).join('\n');
  return comment + header;
}
