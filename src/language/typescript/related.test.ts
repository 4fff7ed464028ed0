import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSearch } from '../../search.ts';
import { writeFiles } from '../../testing/temp.ts';
import { type RelatedOptions, relatedCode } from './related.ts';

let root: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'classwright-related-')));
  await writeFiles(root, {
    'src/cache.ts': `/** Forgets what was not used for longest. */
export class LruCache<K, V> {
  get(key: K): V | undefined { return undefined; }
}
export const size = 3;
`,
    'src/retry.ts': `export async function retryWithBackoff(work: () => Promise<void>): Promise<void> {
  // waits longer after each failure
}
export function unrelatedHelper(): void {}
`,
    'src/mail.ts': 'export class MailSender { send(text: string): void {} }\n',
    'src/big.ts': `export const table = [\n${'  "cache",\n'.repeat(300)}];\n`,
    'src/secret.ts': 'export class SecretCache {}\n',
  });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const rank = async (query: string, more: Partial<RelatedOptions> = {}) => {
  const options = { root, search: openSearch(root, () => false), isShown: () => true, limit: 5, ...more };
  return (await relatedCode(query, options)).value;
};

test('one piece for each declaration, with its lines', async () => {
  expect((await rank('send mail'))[0]).toEqual({
    name: 'MailSender',
    kind: 'class',
    location: { file: 'src/mail.ts', line: 1, column: 1 },
    endLine: 1,
    text: 'export class MailSender { send(text: string): void {} }',
  });
  expect((await rank('retrying with a backoff'))[0]?.name).toBe('retryWithBackoff');
});

test('names weigh as much as words: a long table of the word does not win', async () => {
  expect((await rank('cache'))[0]?.name).toMatch(/Cache$/);
  expect((await rank('drop the cache entry not used for longest'))[0]?.name).toBe('LruCache');
});

test('what is not shown does not weigh in', async () => {
  const found = await rank('cache', { isShown: (file) => file !== 'src/secret.ts' });
  expect(found.map((one) => one.name)).not.toContain('SecretCache');
});

test('the candidate stands in for its file, and changed files are read again', async () => {
  const overlay = { file: 'src/mail.ts', text: 'export class PigeonPost {}\n' };
  expect((await rank('pigeon', { overlay })).map((one) => one.name)).toEqual(['PigeonPost']);
  expect(await rank('pigeon')).toEqual([]);
  await writeFile(join(root, 'src/mail.ts'), 'export class PigeonCarrier {}\n');
  expect((await rank('pigeon')).map((one) => one.name)).toEqual(['PigeonCarrier']);
});

test('symbols found by the language bring their files in', async () => {
  const asked: string[] = [];
  await rank('mail', {
    language: {
      findSymbol: async (query) => {
        asked.push(query);
        return { value: [], complete: true };
      },
    },
  });
  expect(asked.length).toBeLessThanOrEqual(4);
});
