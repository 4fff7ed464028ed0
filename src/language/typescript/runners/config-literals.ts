import { readFile } from 'node:fs/promises';
import { parse as parseJsonc } from 'jsonc-parser';
import { parseDocument } from 'yaml';

const strings = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The texts under some keys of a plain object. */
export function pick(value: unknown, keys: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  if (isObject(value))
    for (const key of keys) {
      const texts = strings(value[key]);
      if (texts.length > 0) found[key] = texts;
    }
  return found;
}

/**
 * Texts that a configuration file gives under the keys, read as syntax: nothing is executed, so computed values
 * are missing. In code, with `under`, only properties of an object that is the value of that property.
 */
export async function literalsIn(
  path: string,
  keys: readonly string[],
  under?: string,
): Promise<Record<string, string[]>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (/\.(?:json|jsonc)$|rc$/.test(path)) return pick(parseJsonc(text), keys);
  if (/\.ya?ml$/.test(path)) {
    const document = parseDocument(text);
    return document.errors.length > 0 ? {} : pick(document.toJS(), keys);
  }
  const { ts } = await import('ts-morph');
  const found: Record<string, string[]> = {};
  const nameOf = (name: import('ts-morph').ts.PropertyName) =>
    ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : '';
  const visit = (node: import('ts-morph').ts.Node): void => {
    if (ts.isPropertyAssignment(node) && keys.includes(nameOf(node.name))) {
      const owner = node.parent.parent;
      const fits = under === undefined || (ts.isPropertyAssignment(owner) && nameOf(owner.name) === under);
      const values = ts.isArrayLiteralExpression(node.initializer)
        ? [...node.initializer.elements]
        : [node.initializer];
      const texts = values.flatMap((value) => (ts.isStringLiteralLike(value) ? value.text : []));
      const key = nameOf(node.name);
      if (fits && texts.length > 0) found[key] = [...(found[key] ?? []), ...texts];
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return found;
}
