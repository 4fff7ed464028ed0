import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Place } from '../testing/program.ts';
import { writeFiles } from '../testing/temp.ts';
import { forEachCopy, generate, good, makeTill, resultOf, runCase, SLOW } from './till.ts';

let till: Place;
beforeAll(async () => {
  till = await makeTill('dependents');
});
afterAll(() => till.remove());

const tsconfig = '{ "compilerOptions": { "strict": true, "types": [], "module": "nodenext" } }\n';
/** A workspace package that nobody installed. */
const shelf = (source: string) => ({
  'package.json': `{ "name": "till", "private": true, "type": "module", "workspaces": ["shelf"],
  "scripts": { "test": "node --test test/*.test.ts" }, "devDependencies": { "typescript": "5.9.3" } }\n`,
  'shelf/package.json': '{ "name": "shelf", "type": "module", "dependencies": { "not-there": "1" } }\n',
  'shelf/tsconfig.json': tsconfig,
  'shelf/use.ts': `import { thing } from 'not-there';\nimport { Cart } from '../src/cart.ts';\n${source}\n`,
});

interface Case {
  what: string;
  files: Record<string, string>;
  code: number;
  notChecked: unknown[];
  message?: RegExp;
}

const cases: Case[] = [
  {
    what: 'a component that uses the class cannot be checked: unclear',
    files: { 'src/page.vue': "<script>import { Cart } from './cart.ts'; new Cart().total();</script>\n" },
    code: 1,
    notChecked: [{ what: 'src/page.vue', reason: expect.stringContaining('only TypeScript'), bars: true }],
    message: /src\/page\.vue \(only TypeScript files/,
  },
  {
    what: 'a component that has nothing to do with the class bars nothing',
    files: { 'src/page.vue': "<script>import { Label } from './label.ts'; Label;</script>\n" },
    code: 0,
    notChecked: [],
  },
  {
    what: 'a package that is not installed is checked with what is there',
    files: shelf('export const sum: number = thing(new Cart().total());'),
    code: 0,
    notChecked: [{ what: 'shelf/use.ts', reason: expect.stringMatching(/npm install.*what is there/) }],
  },
  {
    what: 'and bars where the class may break it',
    files: shelf('new Cart().clear();'),
    code: 1,
    notChecked: [{ what: 'shelf/use.ts', reason: expect.stringContaining("'clear'"), bars: true }],
    message: /shelf\/use\.ts \(the dependencies of shelf are not installed: run `npm install`.*TS2339/,
  },
];

test('dependents that cannot be checked, or not fully', SLOW, async () => {
  await forEachCopy(till, cases, async ({ what, files, code, notChecked, message }, place) => {
    await writeFiles(place.repo, files);
    const ended = await runCase(place, generate('--json'), { script: [good] });
    const where = `${what}: ${ended.stderr}`;
    const result = resultOf(ended);
    expect(ended.code, where).toBe(code);
    expect(result.verdict, where).toBe(code === 0 ? 'verified' : 'unclear');
    expect(result.evidence.notChecked, where).toEqual(notChecked);
    if (message) expect(result.message, where).toMatch(message);
    if (code === 1) expect(result.patch, where).toBeDefined();
  });
});
