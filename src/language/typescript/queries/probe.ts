import type { Location } from '../../../check/report.ts';
import { is, type Node, type Project, type SourceFile, SymbolFlags, type Type } from '../api.ts';
import type { QueryContext } from '../context.ts';
import { typeText } from './members.ts';
import { sourceOf } from './nodes.ts';
import { projectOf } from './resolve.ts';

/** Questions that are asked by writing something into the target file, unsaved, and reading what it means. */

const NAME = '__classwright_probe';
const IN_TYPE_ALIAS = 8_388_608;

interface Probe {
  project: Project;
  source: SourceFile;
  /** Offset of the probe's name. */
  at: number;
  type: Type;
  errors: string[];
}

/** Lays `statement`, which declares the probe, where `this` means the class or at the end of the file. */
async function probe<T>(
  context: QueryContext,
  statement: string,
  place: 'class' | 'file',
  use: (probe: Probe) => Promise<T>,
): Promise<T | undefined> {
  const before = await context.targetText();
  const at = place === 'class' ? await lastClassEnd(context) : before.length;
  if (at === undefined) return undefined;
  const inserted = place === 'class' ? `\n${NAME}_method() {\n${statement}\n}\n` : `\n;${statement}\n`;
  const text = before.slice(0, at) + inserted + before.slice(at);
  return context.withTargetText(text, () =>
    context.server.query('the type of an expression', async (snapshot) => {
      const project = await projectOf(context, snapshot, context.targetFile);
      const source = project && (await sourceOf(project, context.targetFile));
      if (!project || !source) return undefined;
      const position = text.indexOf(`${NAME} `, at);
      const symbol = await project.checker.getSymbolAtPosition(context.targetFile, position);
      if (!symbol) return undefined;
      const type =
        symbol.flags & SymbolFlags.TypeAlias
          ? await project.checker.getDeclaredTypeOfSymbol(symbol)
          : await project.checker.getTypeOfSymbol(symbol);
      if (!type) return undefined;
      const [syntactic, semantic] = await Promise.all([
        project.program.getSyntacticDiagnostics(context.targetFile),
        project.program.getSemanticDiagnostics(context.targetFile),
      ]);
      const end = at + inserted.length;
      const errors = [...syntactic, ...semantic]
        .filter((one) => one.pos >= at && one.pos < end && one.code !== UNUSED)
        .map((one) => `TS${one.code} ${one.text}`);
      return use({ project, source, at: position, type, errors: [...new Set(errors)] });
    }),
  );
}

/** What `noUnusedLocals` says of the probe itself. */
const UNUSED = 6133;

/** Offset of the closing brace of the last class of the target file. */
async function lastClassEnd(context: QueryContext): Promise<number | undefined> {
  return context.server.query('the target file', async (snapshot) => {
    const project = await projectOf(context, snapshot, context.targetFile);
    const source = project && (await sourceOf(project, context.targetFile));
    let last: number | undefined;
    const visit = (node: Node): void => {
      if (is.isClassDeclaration(node) || is.isClassExpression(node)) last = node.end - 1;
      else node.forEachChild(visit);
    };
    source?.forEachChild(visit);
    return last;
  });
}

export async function typeOfExpression(
  context: QueryContext,
  expression: string,
): Promise<{ type: string; errors: string[] }> {
  const place = /\bthis\b|\bsuper\b/.test(expression) ? 'class' : 'file';
  const asValue = await probe(
    context,
    `const ${NAME} = (\n${expression}\n);`,
    place,
    async ({ project, type, errors }) => ({
      type: await typeText(project, type),
      errors,
    }),
  );
  if (asValue && asValue.errors.length === 0) return asValue;
  const asType = await probe(
    context,
    `type ${NAME} = \n${expression}\n;`,
    place,
    async ({ project, type, errors }) => ({
      type: await typeText(project, type, IN_TYPE_ALIAS),
      errors,
    }),
  );
  if (asType && asType.errors.length === 0) return asType;
  return (
    asValue ??
    asType ?? { type: 'any', errors: ['The target file holds no class, so `this` has no meaning yet.'] }
  );
}

/** Names that may stand after `expression.`, nearest to what a class may use: without `#` and internal names. */
export async function membersOf(context: QueryContext, expression: string): Promise<string[]> {
  const place = /\bthis\b|\bsuper\b/.test(expression) ? 'class' : 'file';
  const names = await probe(
    context,
    `const ${NAME} = (\n${expression}\n);`,
    place,
    async ({ project, type }) => {
      const apparent = (await project.checker.getApparentType(type)) ?? type;
      return (await project.checker.getPropertiesOfType(apparent)).map((symbol) => symbol.name);
    },
  );
  return (names ?? []).filter((name) => !name.startsWith('__'));
}

/** Type and documentation of what stands at a position, 1-based. Undefined where nothing there has a type. */
export async function typeAt(
  context: QueryContext,
  location: Location,
): Promise<{ expression: string; type: string; documentation?: string } | undefined> {
  const file = context.absolute(location.file);
  await context.projectFor(file);
  return context.server.query('the type at a position', async (snapshot) => {
    const project = await projectOf(context, snapshot, file);
    const source = project && (await sourceOf(project, file));
    const line = source?.text.split(/\r?\n/)[location.line - 1];
    if (!project || !source || line === undefined) return undefined;
    const column = Math.min(location.column - 1, line.length);
    const position = source.getPositionOfLineAndCharacter(location.line - 1, column);
    const { checker } = project;
    const symbol = await checker.getSymbolAtPosition(file, position);
    const type = await checker.getTypeAtPosition(file, position);
    if (!type || (type.isErrorType() && !symbol)) return undefined;
    const documentation = (await symbol?.getDocumentationComment(checker)) ?? '';
    const before = /[\w$#]*$/.exec(line.slice(0, column))?.[0] ?? '';
    const after = /^[\w$#]*/.exec(line.slice(column))?.[0] ?? '';
    return {
      expression: before + after || line.trim(),
      type: await typeText(project, type),
      ...(documentation === '' ? {} : { documentation }),
    };
  });
}
