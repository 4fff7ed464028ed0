import { ts } from 'ts-morph';

/**
 * Which names a piece of code uses, as values and as types. A use is a name (`OrderBook`) or a member of a name
 * (`core.OrderBook`, where `core` may be a namespace import). Local names that shadow others are not told apart.
 */

/** A module asked for inside code: `import('./x')`, `require('./x')`, `typeof import('./x')`. */
interface Load {
  specifier: string;
  name: string;
}

export interface Uses {
  values: Set<string>;
  types: Set<string>;
  loads: Load[];
  typeLoads: Load[];
}

/** A module that a test replaces; `partial` where the real one is still behind the mock. */
export interface Mock {
  specifier: string;
  partial: boolean;
}

export const newUses = (): Uses => ({ values: new Set(), types: new Set(), loads: [], typeLoads: [] });

const mockCall =
  /^(?:vi|jest|vitest|mock|t\.mock|td)\.(?:mock|doMock|unstable_mockModule|module|replace|replaceEsm)$/;
const actualCall = /^(?:vi|jest|vitest)\.(?:importActual|requireActual|unstable_importActual)$/;

/** `a` or `a.b` or `a.b.c` of a chain of names, '' for anything else. */
export const dotted = (node: ts.Expression): string => {
  if (ts.isIdentifier(node)) return node.text;
  if (!ts.isPropertyAccessExpression(node)) return '';
  const left = dotted(node.expression);
  return left === '' ? '' : `${left}.${node.name.text}`;
};

export const stringOf = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;

/** Specifier of `import('x')` or `require('x')`, awaited and parenthesised or not. */
export function loadedModule(node: ts.Expression | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isAwaitExpression(node) || ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) {
    return loadedModule(node.expression);
  }
  if (!ts.isCallExpression(node)) return undefined;
  const callee = node.expression;
  const loads =
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(callee) && (callee.text === 'require' || callee.text === 'proxyquire')) ||
    actualCall.test(dotted(callee));
  return loads ? stringOf(node.arguments[0]) : undefined;
}

const isDecorated = (node: ts.Node): boolean =>
  ts.canHaveDecorators(node) && ts.getDecorators(node) !== undefined;

/** Collects what a piece of code uses, and which modules it mocks. */
export class UseCollector {
  readonly mocks: Mock[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Adds what `node` uses to `uses`; inside types (`inType`) names are type uses. */
  visit(node: ts.Node, uses: Uses, inType = false): void {
    const names = inType ? uses.types : uses.values;
    if (ts.isIdentifier(node)) {
      names.add(node.text);
      return;
    }
    if (ts.isPropertyAccessExpression(node)) {
      const specifier = loadedModule(node.expression);
      if (specifier !== undefined) uses.loads.push({ specifier, name: node.name.text });
      else if (ts.isIdentifier(node.expression)) names.add(`${node.expression.text}.${node.name.text}`);
      else this.visit(node.expression, uses, inType);
      return;
    }
    if (ts.isQualifiedName(node)) {
      if (ts.isIdentifier(node.left)) names.add(`${node.left.text}.${node.right.text}`);
      else this.visit(node.left, uses, inType);
      return;
    }
    if (ts.isImportTypeNode(node)) {
      const specifier = ts.isLiteralTypeNode(node.argument) ? stringOf(node.argument.literal) : undefined;
      const head = node.qualifier && (ts.isIdentifier(node.qualifier) ? node.qualifier : node.qualifier.left);
      const name = head === undefined ? '*' : ts.isIdentifier(head) ? head.text : '*';
      if (specifier !== undefined) uses.typeLoads.push({ specifier, name });
      for (const argument of node.typeArguments ?? []) this.visit(argument, uses, true);
      return;
    }
    if (ts.isCallExpression(node) && this.#call(node, uses)) return;
    if (ts.isVariableDeclaration(node) && this.#loadingVariable(node, uses)) return;
    if (ts.isShorthandPropertyAssignment(node)) {
      names.add(node.name.text);
      return;
    }
    if (ts.isExpressionWithTypeArguments(node)) {
      this.visit(node.expression, uses, inType);
      for (const argument of node.typeArguments ?? []) this.visit(argument, uses, true);
      return;
    }
    if (ts.isClassLike(node)) {
      this.#classLike(node, uses);
      return;
    }
    const name = 'name' in node ? node.name : undefined;
    const propertyName = ts.isBindingElement(node) ? node.propertyName : undefined;
    ts.forEachChild(node, (child) => {
      if ((child === name || child === propertyName) && ts.isIdentifier(child)) return;
      const isType = ts.isTypeNode(child) && !ts.isExpressionWithTypeArguments(child);
      this.visit(
        child,
        uses,
        inType || isType || ts.isTypeParameterDeclaration(child) || ts.isInterfaceDeclaration(node),
      );
    });
  }

  #classLike(node: ts.ClassLikeDeclaration, uses: Uses): void {
    for (const child of node.heritageClauses ?? []) {
      const isExtends = child.token === ts.SyntaxKind.ExtendsKeyword;
      for (const type of child.types) this.visit(type, uses, !isExtends);
    }
    for (const modifier of node.modifiers ?? []) this.visit(modifier, uses);
    for (const parameter of node.typeParameters ?? []) this.visit(parameter, uses, true);
    const inject = isDecorated(node);
    for (const member of node.members) {
      this.visit(member, uses);
      // Decorator metadata turns these types into values: dependency injection constructs them.
      if (inject && ts.isConstructorDeclaration(member)) this.#injected(member.parameters, uses);
      if (isDecorated(member) && ts.isPropertyDeclaration(member)) this.#injected([member], uses);
    }
  }

  #injected(nodes: readonly (ts.ParameterDeclaration | ts.PropertyDeclaration)[], uses: Uses): void {
    for (const { type } of nodes) {
      if (type !== undefined && ts.isTypeReferenceNode(type)) this.visit(type.typeName, uses);
    }
  }

  /** True where the call was a load or a mock and is dealt with. */
  #call(node: ts.CallExpression, uses: Uses): boolean {
    const specifier = loadedModule(node);
    if (specifier !== undefined) {
      uses.loads.push({ specifier, name: '*' });
      for (const argument of node.arguments.slice(1)) this.visit(argument, uses);
      return true;
    }
    if (!mockCall.test(dotted(node.expression))) return false;
    const [first, factory] = node.arguments;
    const mocked = stringOf(first) ?? loadedModule(first);
    if (mocked === undefined) return false;
    const text = factory === undefined ? '' : this.#text.slice(factory.pos, factory.end);
    const partial = /importActual|requireActual|importOriginal|\bspy\s*:\s*true/.test(text);
    this.mocks.push({ specifier: mocked, partial });
    if (factory !== undefined) this.visit(factory, uses);
    return true;
  }

  /** `const { A } = await import('x')` and `const x = require('x')` inside a function. */
  #loadingVariable(node: ts.VariableDeclaration, uses: Uses): boolean {
    const specifier = loadedModule(node.initializer);
    if (specifier === undefined || !ts.isObjectBindingPattern(node.name)) return false;
    for (const element of node.name.elements) {
      const name = element.dotDotDotToken ? '*' : (element.propertyName ?? element.name);
      uses.loads.push({
        specifier,
        name: typeof name === 'string' ? name : ts.isIdentifier(name) ? name.text : '*',
      });
    }
    return true;
  }
}
