import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Node, Project, type SourceFile, ts } from 'ts-morph';
import { packageRoot } from '../package-root.ts';

/** What users of the package can see, as text: a change of it is a decision, not an accident. */
export const API_REPORT = join(packageRoot, 'docs/api.txt');

const HEADER = `What the package exports, and the types that its signatures mention; made by \`npm run api\`.
A line that goes or changes is a breaking change, a line that comes is a feature.
`;

/** From the built declarations. */
export function apiReport(): string {
  const project = new Project({
    compilerOptions: { module: ts.ModuleKind.NodeNext, strict: true, types: ['node'] },
    skipAddingFilesFromTsConfig: true,
  });
  const entry = project.addSourceFileAtPath(join(packageRoot, 'dist/src/index.d.ts'));
  project.resolveSourceFileDependencies();
  const isOwn = (file: SourceFile) => file.getFilePath().startsWith(join(packageRoot, 'dist/'));
  const seen = new Map<Node, string>();
  const add = (node: Node): void => {
    const declaration = statementOf(node);
    if (!declaration || seen.has(declaration) || !isOwn(declaration.getSourceFile())) return;
    seen.set(declaration, plain(declaration));
    for (const name of declaration.getDescendantsOfKind(ts.SyntaxKind.Identifier))
      for (const found of definitions(name)) add(found);
  };
  const exported = [...entry.getExportedDeclarations()].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [, declarations] of exported) for (const declaration of declarations) add(declaration);
  const names = exported.map(([name]) => name);
  const blocks = [...seen].map(([node, text]) => ({
    file: relative(join(packageRoot, 'dist'), node.getSourceFile().getFilePath()),
    text,
  }));
  const sorted = blocks.sort((a, b) => (a.file + a.text < b.file + b.text ? -1 : 1));
  return [
    HEADER,
    `exports: ${names.join(', ')}\n`,
    ...sorted.map(({ file, text }) => `// ${file}\n${text}\n`),
  ].join('\n');
}

const definitions = (name: Node): Node[] => {
  const symbol = name.getSymbol();
  return (symbol?.getAliasedSymbol() ?? symbol)?.getDeclarations() ?? [];
};

/** The top-level statement that a declaration belongs to. */
function statementOf(node: Node): Node | undefined {
  if (Node.isSourceFile(node)) return undefined;
  const parents = [node, ...node.getAncestors()];
  return parents.find(
    (one) => Node.isStatement(one) && Node.isSourceFile(one.getParent()) && !Node.isImportDeclaration(one),
  );
}

const printer = ts.createPrinter({ removeComments: true });
const plain = (node: Node): string =>
  printer.printNode(ts.EmitHint.Unspecified, node.compilerNode, node.getSourceFile().compilerNode);

if (process.argv[2] === '--write') writeFileSync(API_REPORT, apiReport());
