import { hasModifier, isExportedInline, ts, unwrap } from './ast.ts';

/**
 * `class`: a declaration; `default`: the file's default export by its own statement; `const`: a class expression
 * bound to a constant, directly or inside a call (`const X = mixin(class …)`); `mixin`: a function that returns
 * the class.
 */
export type ClassForm = 'class' | 'default' | 'const' | 'mixin';

export interface ClassNode {
  /** `default` where the class has no name of its own. */
  name: string;
  form: ClassForm;
  statement: ts.Statement;
  node: ts.ClassLikeDeclaration;
}

/** Classes that a file declares at its top level, in order. */
export const classNodes = (file: ts.SourceFile): ClassNode[] => file.statements.flatMap(classesOf);

export const classNode = (file: ts.SourceFile, name: string): ClassNode | undefined =>
  classNodes(file).find((found) => found.name === name);

function classesOf(statement: ts.Statement): ClassNode[] {
  if (ts.isClassDeclaration(statement)) {
    const isDefault = hasModifier(statement, ts.SyntaxKind.DefaultKeyword);
    return [
      {
        name: statement.name?.text ?? 'default',
        form: isDefault ? 'default' : 'class',
        statement,
        node: statement,
      },
    ];
  }
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap((declaration): ClassNode[] => {
      if (!ts.isIdentifier(declaration.name) || !declaration.initializer) return [];
      const name = declaration.name.text;
      const node = classExpression(declaration.initializer);
      if (node) return [{ name, form: 'const', statement, node }];
      const returned = returnedClass(unwrap(declaration.initializer));
      return returned ? [{ name, form: 'mixin', statement, node: returned }] : [];
    });
  if (ts.isFunctionDeclaration(statement) && statement.name) {
    const node = returnedClass(statement);
    return node ? [{ name: statement.name.text, form: 'mixin', statement, node }] : [];
  }
  if (ts.isExportAssignment(statement)) {
    const node = classExpression(statement.expression);
    return node ? [{ name: node.name?.text ?? 'default', form: 'default', statement, node }] : [];
  }
  return [];
}

/** The class expression that an expression is, or that a call in it is given. */
function classExpression(expression: ts.Expression): ts.ClassExpression | undefined {
  const at = unwrap(expression);
  if (ts.isClassExpression(at)) return at;
  if (!ts.isCallExpression(at)) return undefined;
  for (const argument of at.arguments) {
    const found = classExpression(argument);
    if (found) return found;
  }
  return undefined;
}

function returnedClass(node: ts.Node): ts.ClassLikeDeclaration | undefined {
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node) && !ts.isFunctionDeclaration(node))
    return undefined;
  if (!node.body) return undefined;
  if (!ts.isBlock(node.body)) {
    const body = unwrap(node.body);
    return ts.isClassExpression(body) ? body : undefined;
  }
  for (const statement of node.body.statements) {
    if (!ts.isReturnStatement(statement) || !statement.expression) continue;
    const returned = unwrap(statement.expression);
    if (ts.isClassExpression(returned)) return returned;
    if (ts.isIdentifier(returned))
      return node.body.statements.find(
        (s): s is ts.ClassDeclaration => ts.isClassDeclaration(s) && s.name?.text === returned.text,
      );
  }
  return undefined;
}

/** How a file exports one of its names, apart from a modifier at the declaration. */
export function exportStatements(file: ts.SourceFile, name: string): ts.Statement[] {
  return file.statements.filter((s) => {
    if (ts.isExportAssignment(s)) return ts.isIdentifier(s.expression) && s.expression.text === name;
    return (
      ts.isExportDeclaration(s) &&
      !s.moduleSpecifier &&
      s.exportClause !== undefined &&
      ts.isNamedExports(s.exportClause) &&
      s.exportClause.elements.some((e) => (e.propertyName ?? e.name).text === name)
    );
  });
}

export const isDefaultExport = (file: ts.SourceFile, found: ClassNode): boolean =>
  found.form === 'default' ||
  exportStatements(file, found.name).some((s) =>
    ts.isExportAssignment(s)
      ? !s.isExportEquals
      : ts.isExportDeclaration(s) &&
        s.exportClause !== undefined &&
        ts.isNamedExports(s.exportClause) &&
        s.exportClause.elements.some(
          (e) => e.name.text === 'default' && (e.propertyName ?? e.name).text === found.name,
        ),
  );

export const isExported = (file: ts.SourceFile, found: ClassNode): boolean =>
  found.form === 'default' ||
  isExportedInline(found.statement) ||
  exportStatements(file, found.name).length > 0;
