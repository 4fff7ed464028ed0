import { ts } from 'ts-morph';
import { dotted, loadedModule, type Mock, newUses, stringOf, UseCollector, type Uses } from './used-names.ts';

/**
 * What one module imports, exports, declares and uses, by syntax alone: the raw material of the module graph.
 */

interface ImportBinding {
  specifier: string;
  /** Exported name there; `*` for the whole namespace, `export=` for `import x = require()`. */
  name: string;
  typeOnly: boolean;
}

interface Reexport {
  specifier: string;
  /** Name here; `*` for `export * from`. */
  exported: string;
  /** Name there; `*` for the whole namespace. */
  name: string;
  typeOnly: boolean;
}

export interface ModuleFacts {
  imports: Map<string, ImportBinding>;
  sideEffectImports: string[];
  reexports: Reexport[];
  /** Exported name to the local name behind it, which may be an import. */
  exports: Map<string, string>;
  /** Top-level declarations; several of one name (overloads, merging) share an entry. */
  declarations: Map<string, Uses>;
  /** What the module's top-level statements use when it is loaded. */
  body: Uses;
  mocks: Mock[];
}

const scriptKinds: Record<string, ts.ScriptKind> = {
  tsx: ts.ScriptKind.TSX,
  jsx: ts.ScriptKind.JSX,
  js: ts.ScriptKind.JSX,
  mjs: ts.ScriptKind.JSX,
  cjs: ts.ScriptKind.JSX,
};

const singleFile = /\.(vue|svelte|astro)$/;

/** Source text of the scripts in a single-file component. */
const scriptsOf = (text: string, fileName: string): string =>
  fileName.endsWith('.astro')
    ? (/^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? '')
    : [...text.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? '').join('\n;\n');

const hasModifier = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);

const namesOf = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesOf(element.name) : []));

/** Reads the facts of one module; a file that does not parse gives what can be read of it. */
export function readModuleFacts(text: string, fileName: string): ModuleFacts {
  const component = singleFile.test(fileName);
  const source = ts.createSourceFile(
    component ? 'component.ts' : fileName,
    component ? scriptsOf(text, fileName) : text,
    { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone },
    false,
    component
      ? ts.ScriptKind.TS
      : (scriptKinds[fileName.slice(fileName.lastIndexOf('.') + 1)] ?? ts.ScriptKind.TS),
  );
  const collector = new UseCollector(source.text);
  const facts: ModuleFacts = {
    imports: new Map(),
    sideEffectImports: [],
    reexports: [],
    exports: new Map(),
    declarations: new Map(),
    body: newUses(),
    mocks: collector.mocks,
  };
  const declare = (name: string): Uses => {
    const known = facts.declarations.get(name) ?? newUses();
    facts.declarations.set(name, known);
    return known;
  };

  const readImport = (node: ts.ImportDeclaration): void => {
    const specifier = stringOf(node.moduleSpecifier);
    const clause = node.importClause;
    if (specifier === undefined) return;
    if (clause === undefined) {
      facts.sideEffectImports.push(specifier);
      return;
    }
    const typeOnly = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
    if (clause.name) facts.imports.set(clause.name.text, { specifier, name: 'default', typeOnly });
    const bindings = clause.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) {
      facts.imports.set(bindings.name.text, { specifier, name: '*', typeOnly });
    } else if (bindings) {
      for (const element of bindings.elements) {
        const name = (element.propertyName ?? element.name).text;
        facts.imports.set(element.name.text, { specifier, name, typeOnly: typeOnly || element.isTypeOnly });
      }
    }
  };

  const readExport = (node: ts.ExportDeclaration): void => {
    const specifier = stringOf(node.moduleSpecifier);
    const clause = node.exportClause;
    if (clause && ts.isNamedExports(clause)) {
      for (const element of clause.elements) {
        const name = (element.propertyName ?? element.name).text;
        const exported = element.name.text;
        const typeOnly = node.isTypeOnly || element.isTypeOnly;
        if (specifier !== undefined) facts.reexports.push({ specifier, exported, name, typeOnly });
        else facts.exports.set(exported, name);
      }
    } else if (specifier !== undefined) {
      const exported = clause ? clause.name.text : '*';
      facts.reexports.push({ specifier, exported, name: '*', typeOnly: node.isTypeOnly });
    }
  };

  const readVariables = (node: ts.VariableStatement): void => {
    const exported = hasModifier(node, ts.SyntaxKind.ExportKeyword);
    for (const declaration of node.declarationList.declarations) {
      const specifier = loadedModule(declaration.initializer);
      const names = namesOf(declaration.name);
      if (specifier !== undefined && ts.isIdentifier(declaration.name)) {
        facts.imports.set(declaration.name.text, { specifier, name: '*', typeOnly: false });
      } else if (specifier !== undefined && ts.isObjectBindingPattern(declaration.name)) {
        for (const element of declaration.name.elements) {
          const from = element.propertyName ?? element.name;
          const name = ts.isIdentifier(from) ? from.text : '*';
          for (const local of namesOf(element.name))
            facts.imports.set(local, { specifier, name, typeOnly: false });
        }
      } else {
        for (const name of names) collector.visit(declaration, declare(name));
      }
      if (exported) for (const name of names) facts.exports.set(name, name);
    }
  };

  /** `module.exports = …`, `exports.a = …`. */
  const readCommonJs = (node: ts.Statement): boolean => {
    if (!ts.isExpressionStatement(node) || !ts.isBinaryExpression(node.expression)) return false;
    const { left, right, operatorToken } = node.expression;
    if (operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
    const path = dotted(left).replace(/^module\./, '');
    if (path !== 'exports' && !/^exports\.[\w$]+$/.test(path)) return false;
    const bind = (exported: string, value: ts.Expression): void => {
      const local = ts.isIdentifier(value) ? value.text : exported;
      facts.exports.set(exported, local);
      if (local === exported && !ts.isIdentifier(value)) collector.visit(value, declare(local));
    };
    if (path !== 'exports') bind(path.slice('exports.'.length), right);
    else if (ts.isObjectLiteralExpression(right)) {
      for (const property of right.properties) {
        if (ts.isShorthandPropertyAssignment(property)) bind(property.name.text, property.name);
        else if (ts.isPropertyAssignment(property) && ts.isIdentifier(property.name)) {
          bind(property.name.text, property.initializer);
        } else collector.visit(property, facts.body);
      }
    } else bind('export=', right);
    return true;
  };

  const readDeclaration = (node: ts.Statement & { name?: ts.Node }): void => {
    const isDefault = hasModifier(node, ts.SyntaxKind.DefaultKeyword);
    const name =
      node.name && 'text' in node.name && typeof node.name.text === 'string' ? node.name.text : 'default';
    collector.visit(node, declare(name));
    if (hasModifier(node, ts.SyntaxKind.ExportKeyword)) facts.exports.set(isDefault ? 'default' : name, name);
  };

  for (const node of source.statements) {
    if (ts.isImportDeclaration(node)) readImport(node);
    else if (ts.isExportDeclaration(node)) readExport(node);
    else if (ts.isImportEqualsDeclaration(node)) {
      const { moduleReference, isTypeOnly: typeOnly } = node;
      if (ts.isExternalModuleReference(moduleReference)) {
        const specifier = stringOf(moduleReference.expression);
        if (specifier !== undefined)
          facts.imports.set(node.name.text, { specifier, name: 'export=', typeOnly });
      } else collector.visit(moduleReference, declare(node.name.text));
    } else if (ts.isExportAssignment(node)) {
      const exported = node.isExportEquals ? 'export=' : 'default';
      if (ts.isIdentifier(node.expression)) facts.exports.set(exported, node.expression.text);
      else {
        facts.exports.set(exported, exported);
        collector.visit(node.expression, declare(exported));
      }
    } else if (ts.isVariableStatement(node)) readVariables(node);
    else if (
      ts.isClassDeclaration(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isEnumDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isModuleDeclaration(node)
    ) {
      readDeclaration(node);
    } else if (!readCommonJs(node)) collector.visit(node, facts.body);
  }
  if (component) {
    // Its template uses what its script imports, and the whole is its default export.
    for (const local of facts.imports.keys()) facts.body.values.add(local);
    declare('default');
    facts.exports.set('default', 'default');
  }
  return facts;
}
