/** Names that a class may not touch, and modules that it may not use without being noticed. Data alone. */

export const GLOBAL_OBJECTS = new Set(['globalThis', 'global', 'window', 'self', 'top', 'parent', 'frames']);

/** Built-ins that belong to everybody: writing to them changes what other code and the tests see. */
export const BUILT_INS = new Set(
  (
    'Array ArrayBuffer Atomics BigInt Boolean Buffer Crypto DataView Date Error EvalError Event EventTarget FinalizationRegistry ' +
    'Function Generator Headers Infinity Intl Iterator JSON Map Math Number Object Promise Proxy RangeError ReferenceError Reflect RegExp ' +
    'Request Response Set String Symbol SyntaxError TypeError URIError URL URLSearchParams WeakMap WeakRef WeakSet AbortController ' +
    'AbortSignal Blob File FormData TextDecoder TextEncoder Uint8Array Uint16Array Uint32Array Int8Array Int16Array Int32Array ' +
    'Float32Array Float64Array console crypto document location navigator localStorage sessionStorage performance process ' +
    'fetch setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask structuredClone ' +
    'requestAnimationFrame XMLHttpRequest WebSocket EventSource Deno Bun Element HTMLElement Node'
  ).split(' '),
);

/** Globals of test libraries. */
export const TEST_NAMES = new Set(
  (
    'expect assert describe it test suite specify context before after beforeEach afterEach beforeAll afterAll ' +
    'vi vitest jest jasmine sinon chai should fit fdescribe xit xdescribe xtest bench expectTypeOf assertType'
  ).split(' '),
);

const TEST_PACKAGES =
  /^(vitest|jest|@jest\/.+|@vitest\/.+|jest-.+|mocha|chai|chai-.+|sinon|jasmine|ava|tap|tape|uvu|qunit|node:test|bun:test|ts-mockito|nock|msw|supertest|@playwright\/test|@testing-library\/.+)(\/|$)/;
const TEST_FILES =
  /(^|\/)(__tests__|__mocks__|__fixtures__)(\/|$)|\.(test|spec|e2e)(-d)?(\.[cm]?[jt]sx?)?$|^\.{1,2}\/(.*\/)?tests?\//;

export const isTestPackage = (module: string): boolean => TEST_PACKAGES.test(module);
export const isTestFile = (module: string): boolean => TEST_FILES.test(module);

export type Reach =
  | 'child-process'
  | 'worker'
  | 'network'
  | 'environment'
  | 'file-access'
  | 'dynamic-code'
  | 'process';

export const REACH_WORDS: Record<Reach, string> = {
  'child-process': 'starts other programs',
  worker: 'starts threads or processes',
  network: 'uses the network',
  environment: 'reads the environment',
  'file-access': 'reads or writes files',
  'dynamic-code': 'loads code chosen at run time',
  process: 'works on the running process',
};

const MODULES: [Reach, RegExp][] = [
  ['child-process', /^(child_process|execa|cross-spawn|shelljs|zx|tinyexec)$/],
  ['worker', /^(worker_threads|cluster|tinypool|piscina|workerpool)$/],
  [
    'network',
    /^(http|https|http2|net|tls|dgram|dns|dns\/promises|undici|axios|got|ky|node-fetch|cross-fetch|ws|superagent|request|socket\.io-client|socket\.io)$/,
  ],
  [
    'file-access',
    /^(fs|fs\/promises|fs-extra|graceful-fs|memfs|rimraf|mkdirp|glob|fast-glob|globby|sqlite)$/,
  ],
  ['dynamic-code', /^(vm|module|inspector|v8|repl|vm2)$/],
  ['environment', /^(dotenv|dotenv\/config|dotenv-.+)$/],
];

/** What a module lets code reach outside the program, where that is worth telling. */
export function reachOfModule(module: string): Reach | undefined {
  const name = module.replace(/^node:/, '');
  return MODULES.find(([, pattern]) => pattern.test(name))?.[0];
}

export const NETWORK_GLOBALS = new Set(['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource']);
export const ENDS_PROCESS = new Set([
  'exit',
  'abort',
  'reallyExit',
  '_kill',
  'dlopen',
  'binding',
  '_linkedBinding',
]);
/** Parts of `process` that say something and change nothing. */
export const HARMLESS_PROCESS = new Set(
  'nextTick hrtime uptime memoryUsage cwd platform arch version versions pid ppid emitWarning cpuUsage title release features argv0'.split(
    ' ',
  ),
);
