import { posix } from 'node:path';
import { unifiedDiff } from '../../apply/diff.ts';
import { applyEdits, type Edit, parse, ts } from './ast.ts';
import { classNode, isDefaultExport, isExported } from './classes.ts';
import { detectStyle } from './style.ts';

export interface FollowUpRequest {
  /** Repository-relative posix paths: files of the target's package, or of the whole repository. */
  packageFiles: readonly string[];
  targetFile: string;
  className: string;
  /** Text of a repository-relative file; the target's with the class in place. */
  read(file: string): Promise<string | undefined>;
}

export interface FollowUp {
  /** The barrel, repository-relative. */
  file: string;
  text: string;
  /** Unified diff of the barrel. */
  patch: string;
}

const BARREL = /^index\.[cm]?tsx?$/;
const SOURCE = /\.[cm]?tsx?$/;
const NO_SIBLING = /\.d\.[cm]?ts$|\.(test|spec|stories|bench)\.[cm]?tsx?$/;

/**
 * What the user may want elsewhere: where a barrel (`index.ts` of the folder or of one above it) re-exports most
 * of the files beside the target and not the class, the barrel with that export, in its own style. Undefined where
 * nothing is missing.
 */
export async function followUpPatch(request: FollowUpRequest): Promise<FollowUp | undefined> {
  const { targetFile, packageFiles } = request;
  const text = await request.read(targetFile);
  if (text === undefined || BARREL.test(posix.basename(targetFile))) return undefined;
  const file = parse(text, targetFile);
  const found = classNode(file, request.className);
  if (!found || !isExported(file, found)) return undefined;
  const folder = posix.dirname(targetFile);
  const siblings = packageFiles.filter(
    (f) =>
      posix.dirname(f) === folder &&
      f !== targetFile &&
      SOURCE.test(f) &&
      !NO_SIBLING.test(f) &&
      !BARREL.test(posix.basename(f)),
  );
  for (const barrel of barrelsAbove(folder, packageFiles)) {
    const before = await request.read(barrel);
    if (before === undefined) continue;
    const state = readBarrel(before, barrel, targetFile, request.className, siblings);
    if (state === 'there') return undefined;
    if (state === 'unrelated') continue;
    const after = withExport(
      before,
      barrel,
      targetFile,
      request.className,
      isDefaultExport(file, found),
      state,
    );
    return { file: barrel, text: after, patch: unifiedDiff(barrel, before, after) };
  }
  return undefined;
}

function barrelsAbove(folder: string, files: readonly string[]): string[] {
  const barrels: string[] = [];
  for (let at = folder; ; at = posix.dirname(at)) {
    barrels.push(...files.filter((f) => posix.dirname(f) === at && BARREL.test(posix.basename(f))));
    if (at === '.' || at === '/' || files.includes(at === '' ? 'package.json' : `${at}/package.json`))
      return barrels;
  }
}

/** A re-export of a sibling, which the new one is modelled on. */
interface Model {
  statement: ts.ExportDeclaration;
  sibling: string;
}

function readBarrel(
  text: string,
  barrel: string,
  targetFile: string,
  className: string,
  siblings: readonly string[],
): 'there' | 'unrelated' | { models: Model[]; own: ts.ExportDeclaration | undefined } {
  const file = parse(text, barrel);
  const models: Model[] = [];
  let own: ts.ExportDeclaration | undefined;
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue;
    if (!ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const from = moduleFile(barrel, statement.moduleSpecifier.text);
    const clause = statement.exportClause;
    const names = clause && ts.isNamedExports(clause) ? clause.elements.map((e) => e.name.text) : undefined;
    if (from === withoutExtension(posix.dirname(targetFile)) && !clause) return 'there';
    if (names?.includes(className)) return 'there';
    if (from === withoutExtension(targetFile)) {
      if (!names) return 'there';
      if (!statement.isTypeOnly) own = statement;
    }
    const sibling = siblings.find((s) => withoutExtension(s) === from);
    if (sibling && !statement.isTypeOnly) models.push({ statement, sibling });
  }
  if (own) return { models, own };
  const exported = new Set(models.map((m) => m.sibling)).size;
  return exported > 0 && exported * 2 >= siblings.length ? { models, own } : 'unrelated';
}

const withoutExtension = (file: string): string =>
  file.replace(/(\.d)?\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '');

const moduleFile = (barrel: string, module: string): string =>
  module.startsWith('.') ? withoutExtension(posix.join(posix.dirname(barrel), module)) : module;

function withExport(
  text: string,
  barrel: string,
  targetFile: string,
  className: string,
  isDefault: boolean,
  { models, own }: { models: Model[]; own: ts.ExportDeclaration | undefined },
): string {
  const name = isDefault ? `default as ${className}` : className;
  if (own?.exportClause && ts.isNamedExports(own.exportClause)) {
    const last = own.exportClause.elements.at(-1);
    return last ? applyEdits(text, [{ start: last.end, end: last.end, text: `, ${name}` }]) : text;
  }
  const style = detectStyle([{ text, fileName: barrel }]);
  const sorted = [...models].sort((a, b) => (moduleText(a) < moduleText(b) ? -1 : 1));
  const isSorted = sorted.every((m, i) => m === models[i]);
  const anyModel = models.at(-1);
  if (!anyModel) return text;
  const extension = /\.[cm]?[jt]sx?$/.exec(moduleText(anyModel))?.[0] ?? '';
  const ending = extension === '' ? '' : extensionFor(targetFile, extension);
  const path = posix.relative(posix.dirname(barrel), targetFile.replace(SOURCE, ''));
  const module = `${path.startsWith('.') ? path : `./${path}`}${ending}`;
  const quote = style.quote ?? "'";
  const named = isDefault || anyModel.statement.exportClause !== undefined;
  const line = `export ${named ? `{ ${name} }` : '*'} from ${quote}${module}${quote}${style.semicolons === false ? '' : ';'}`;
  const behind = isSorted ? models.findLast((m) => moduleText(m) < module) : anyModel;
  const edit: Edit = behind
    ? { start: behind.statement.end, end: behind.statement.end, text: style.newline + line }
    : {
        start: models[0]?.statement.getStart() ?? 0,
        end: models[0]?.statement.getStart() ?? 0,
        text: line + style.newline,
      };
  return applyEdits(text, [edit]);
}

const moduleText = ({ statement }: Model): string =>
  statement.moduleSpecifier && ts.isStringLiteral(statement.moduleSpecifier)
    ? statement.moduleSpecifier.text
    : '';

/** `./a.js` stands for `a.ts` and `a.tsx`, `./a.mjs` for `a.mts`; `./a.ts` for itself. */
function extensionFor(targetFile: string, model: string): string {
  const own = SOURCE.exec(targetFile)?.[0] ?? '.ts';
  if (/\.[cm]?tsx?$/.test(model)) return own;
  return own.startsWith('.m')
    ? '.mjs'
    : own.startsWith('.c')
      ? '.cjs'
      : model === '.jsx' && own === '.tsx'
        ? '.jsx'
        : '.js';
}
