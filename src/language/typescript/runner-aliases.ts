import { posix } from 'node:path';
import { ts } from 'ts-morph';
import type { Alias } from './module-resolver.ts';
import { readSource } from './module-scan.ts';

/**
 * Module aliases that Vite, Vitest and Jest configurations declare, read as syntax. A value such as
 * `resolve(__dirname, '../core/src')` counts as its texts joined, seen from the configuration's folder; what is
 * computed in other ways is missing here.
 */

const configName =
  /(?:^|\/)(?:vite|vitest|jest)(?:\.[\w-]+)*\.config(?:\.[\w-]+)*\.(?:[cm]?[jt]s|json)$|(?:^|\/)package\.json$/;

const textsIn = (node: ts.Node): string[] => {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)];
  const found: string[] = [];
  ts.forEachChild(node, (child) => {
    found.push(...textsIn(child));
  });
  return found;
};

const keyOf = (name: ts.PropertyName): string =>
  ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : '';

/** `^@app/(.*)$` as `@app/*`; undefined for an expression that is more than that. */
function globOf(expression: string): string | undefined {
  const glob = expression
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replace(/\(\.[*+]\)/, '*')
    .replaceAll('\\/', '/')
    .replaceAll('\\.', '.');
  return /[\\^$()[\]{}|+?]/.test(glob) ? undefined : glob;
}

export function readRunnerAliases(root: string, files: Iterable<string>): Alias[] {
  const aliases: Alias[] = [];
  for (const file of files) {
    if (!configName.test(file)) continue;
    const text = readSource(root, file) ?? '';
    if (!/\balias\b|moduleNameMapper/.test(text)) continue;
    const dir = posix.dirname(file) === '.' ? '' : posix.dirname(file);
    const add = (pattern: string, target: string): void => {
      const clean = target.replace('<rootDir>', '.').replace(/^\/(?=\w)/, '');
      const path = posix.normalize(posix.join(dir, clean));
      if (!path.startsWith('..')) aliases.push({ dir, pattern, targets: [path] });
    };
    const addMapper = (expression: string, value: ts.Expression): void => {
      const pattern = globOf(expression);
      const [target] = textsIn(value);
      if (pattern !== undefined && target !== undefined) add(pattern, target.replace('$1', '*'));
    };
    const addAlias = (find: ts.Node, value: ts.Expression): void => {
      const target = posix.join(...textsIn(value));
      if (ts.isRegularExpressionLiteral(find)) {
        const pattern = globOf(find.text.slice(1, find.text.lastIndexOf('/')));
        // `/^@\//` is replaced as a prefix, `/^core$/` as a whole.
        if (pattern?.endsWith('/')) add(`${pattern}*`, `${target}/*`);
        else if (pattern !== undefined) add(pattern, target.replace('$1', '*'));
        return;
      }
      const key = ts.isStringLiteralLike(find) || ts.isIdentifier(find) ? find.text : '';
      if (key === '') return;
      add(key, target);
      add(`${key}/*`, `${target}/*`);
    };
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAssignment(node)) {
        const key = keyOf(node.name);
        const value = node.initializer;
        if (key === 'moduleNameMapper' && ts.isObjectLiteralExpression(value)) {
          for (const entry of value.properties) {
            if (ts.isPropertyAssignment(entry)) addMapper(keyOf(entry.name), entry.initializer);
          }
          return;
        }
        if (key === 'alias' && ts.isObjectLiteralExpression(value)) {
          for (const entry of value.properties)
            if (ts.isPropertyAssignment(entry)) addAlias(entry.name, entry.initializer);
          return;
        }
        if (key === 'alias' && ts.isArrayLiteralExpression(value)) {
          for (const entry of value.elements) {
            if (!ts.isObjectLiteralExpression(entry)) continue;
            const part = (name: string) =>
              entry.properties.find(
                (p): p is ts.PropertyAssignment => ts.isPropertyAssignment(p) && keyOf(p.name) === name,
              )?.initializer;
            const [find, replacement] = [part('find'), part('replacement')];
            if (find && replacement) addAlias(find, replacement);
          }
          return;
        }
      }
      ts.forEachChild(node, visit);
    };
    const code = file.endsWith('.json') ? `(${text})` : text;
    visit(ts.createSourceFile('config.ts', code, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS));
  }
  return aliases;
}
