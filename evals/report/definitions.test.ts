import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { metricsFor } from '../score/metrics.ts';
import { definitionList, definitionsOf } from './definitions.ts';
import { ExportLine } from './export.ts';

const README = join(packageRoot, 'evals/README.md');
const BLOCK = /(<!-- definitions: .*? -->\n).*?(<!-- \/definitions -->)/s;

test('evals/README.md defines every figure as the reports do; UPDATE_DOCS=1 writes it', () => {
  const list = definitionList(definitionsOf(metricsFor(3), 'tasks'));
  const text = readFileSync(README, 'utf8');
  const updated = text.replace(BLOCK, (_, begin: string, end: string) => `${begin}${list}\n${end}`);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(README, updated);
  else expect(text).toBe(updated);
  expect(updated).toContain(list);
});

test('evals/README.md names every field of the export', () => {
  const text = readFileSync(README, 'utf8');
  const fields = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('shape' in value && typeof value.shape === 'object' && value.shape !== null)
      for (const [name, inner] of Object.entries(value.shape)) {
        fields.add(name);
        // The task has a schema of its own, which the README points to.
        if (name !== 'task' && name !== 'limits') collect(inner);
      }
    if ('def' in value && typeof value.def === 'object' && value.def !== null)
      for (const key of ['options', 'element', 'innerType'])
        if (key in value.def) collect(Reflect.get(value.def, key));
    if (Array.isArray(value)) for (const inner of value) collect(inner);
  };
  collect(ExportLine);
  expect(fields.size).toBeGreaterThan(40);
  expect([...fields].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
