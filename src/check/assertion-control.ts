/** Titles of the tests below begin so. */
export const CONTROL_TITLE = 'classwright control';

const title = (what: string) => JSON.stringify(`${CONTROL_TITLE}: ${what}`);

/** On one line without a break, so that lines above keep their numbers and syntax of any flavour parses it. */
const CONTROLS: Readonly<Record<string, (text: string) => string>> = {
  vitest: () =>
    [
      `import { expect as classwrightExpect, test as classwrightTest } from 'vitest';`,
      `classwrightTest(${title('expect')}, () => { classwrightExpect(1).toBe(2); });`,
      `classwrightTest(${title('global expect')}, () => { (globalThis['expect'] ?? classwrightExpect)(1).toBe(2); });`,
      nodeAssert('classwrightTest'),
    ].join(' '),
  jest: () => `test(${title('expect')}, () => { expect(1).toBe(2); });`,
  mocha: (text) => [nodeAssert('it'), chai(text)].join(' '),
  'node:test': (text) => [nodeAssert(`process.getBuiltinModule('node:test').test`), chai(text)].join(' '),
};

const nodeAssert = (test: string) =>
  ['equal', 'strictEqual', 'deepStrictEqual', 'ok']
    .map((name) => {
      const values = name === 'ok' ? '0' : '1, 2';
      return `${test}(${title(`assert.${name}`)}, () => { process.getBuiltinModule('node:assert').${name}(${values}); });`;
    })
    .join(' ');

const chai = (text: string) =>
  /['"]chai['"]/.test(text)
    ? `it(${title('chai')}, async () => { (await import('chai')).expect(1).to.equal(2); });`
    : '';

/**
 * The text of a test file with wrong assertions at its end, which have to fail: a class that replaces the test
 * library's functions, on loading or when called, makes them pass. Undefined for runners we do not know.
 */
export function addControl(text: string, runner: string): string | undefined {
  const control = CONTROLS[runner];
  return control && `${text}\n;${control(text)}\n`;
}
