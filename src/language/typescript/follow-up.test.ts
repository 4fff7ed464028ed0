import { describe, expect, it } from 'vitest';
import { followUpPatch } from './follow-up.ts';

const follow = (files: Record<string, string>, targetFile = 'src/x.ts') =>
  followUpPatch({
    packageFiles: ['package.json', ...Object.keys(files)],
    targetFile,
    className: 'X',
    read: async (f) => files[f],
  });

const target = 'export class X {}\n';
const siblings = {
  'src/a.ts': 'export class A {}\n',
  'src/z.ts': 'export class Z {}\n',
  'src/a.test.ts': '',
};

describe('followUpPatch', () => {
  it.each<[string, string, string]>([
    [
      'stars, in order',
      "export * from './a.js';\nexport * from './z.js';\n",
      "export * from './a.js';\nexport * from './x.js';\nexport * from './z.js';\n",
    ],
    [
      'names, at the end where there is no order',
      '// All\r\nexport { Z } from "./z"\r\nexport { A } from "./a"\r\n',
      '// All\r\nexport { Z } from "./z"\r\nexport { A } from "./a"\r\nexport { X } from "./x"\r\n',
    ],
    [
      'TypeScript extensions, before the first',
      "export * from './y.ts';\nexport * from './z.ts';\n",
      "export * from './y.ts';\nexport * from './x.ts';\nexport * from './z.ts';\n",
    ],
    [
      'a file that is there already',
      "export { A } from './a.js';\nexport { Y } from './x.js';\n",
      "export { A } from './a.js';\nexport { Y, X } from './x.js';\n",
    ],
  ])('adds the class to a barrel of %s', async (_, barrel, expected) => {
    const followed = await follow({ ...siblings, 'src/x.ts': target, 'src/index.ts': barrel });
    expect(followed?.text).toBe(expected);
    expect(followed?.patch).toContain('+++ b/src/index.ts');
  });

  it('names a default export, and finds a barrel in a folder above', async () => {
    const barrel = "export { default as A } from './deep/a.js';\n";
    const followed = await follow(
      {
        'src/deep/a.ts': 'export default class A {}',
        'src/deep/x.mts': 'export default class X {}',
        'src/index.ts': barrel,
      },
      'src/deep/x.mts',
    );
    expect(followed).toMatchObject({
      file: 'src/index.ts',
      text: `${barrel}export { default as X } from './deep/x.mjs';\n`,
    });
  });

  it.each<[string, Record<string, string>]>([
    [
      'is exported by name',
      {
        ...siblings,
        'src/x.ts': target,
        'src/index.ts': "export { A } from './a';\nexport { X } from './x';\n",
      },
    ],
    [
      'is exported with all',
      { ...siblings, 'src/x.ts': target, 'src/index.ts': "export * from './a';\nexport * from './x';\n" },
    ],
    [
      'lies beside files that are not exported',
      { ...siblings, 'src/b.ts': '', 'src/x.ts': target, 'src/index.ts': "export * from './a';\n" },
    ],
    ['has no barrel', { ...siblings, 'src/x.ts': target }],
    [
      'is not exported',
      {
        ...siblings,
        'src/x.ts': 'class X {}',
        'src/index.ts': "export * from './a';\nexport * from './z';\n",
      },
    ],
    ['is in the barrel itself', { 'src/index.ts': "export class X {}\nexport * from './a';" }],
  ])('has nothing to say where the class %s', async (_, files) => {
    expect(await follow(files, 'src/x.ts' in files ? 'src/x.ts' : 'src/index.ts')).toBeUndefined();
  });

  it('does not look beyond the package', async () => {
    const files = {
      'package.json': '{}',
      'packages/a/package.json': '{}',
      'packages/a/x.ts': target,
      'packages/a/y.ts': '',
      'index.ts': "export * from './packages/a/y';\n",
    };
    expect(await follow(files, 'packages/a/x.ts')).toBeUndefined();
  });
});
