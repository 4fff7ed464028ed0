import { z } from 'zod';

export interface LintProblem {
  rule: string;
  message: string;
  /** 1-based. */
  line: number;
  error: boolean;
}

/** A formatter or linter as data: how it is recognised, called and understood. To add one, add it to the list. */
export interface LintKind {
  /** Also the name of its program in its package. */
  name: string;
  package: string;
  configs: readonly string[];
  /** Key of package.json that holds its configuration. */
  manifestKey?: string;
  /** Arguments that rewrite a file in place. */
  format?(file: string): string[];
  lint?: {
    args(file: string): string[];
    /** Undefined where the output is not what this version was made for. */
    parse(stdout: string): LintProblem[] | undefined;
  };
}

const scripts = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'];

const parseWith = <T>(schema: z.ZodType<T>, stdout: string): T | undefined => {
  try {
    // Programs that wrap another print a line or two around it.
    const start = stdout.search(/[[{]/);
    const end = Math.max(stdout.lastIndexOf(']'), stdout.lastIndexOf('}'));
    return schema.safeParse(JSON.parse(stdout.slice(start, end + 1))).data;
  } catch {
    return undefined;
  }
};

const EslintOutput = z.array(
  z.object({
    messages: z.array(
      z.object({
        ruleId: z.string().nullable(),
        severity: z.number(),
        message: z.string(),
        line: z.number().optional(),
      }),
    ),
  }),
);

const BiomeOutput = z.object({
  diagnostics: z.array(
    z.object({
      severity: z.string(),
      category: z.string().nullish(),
      message: z.union([z.string(), z.unknown()]).optional(),
      description: z.string().optional(),
      location: z
        .object({
          start: z.object({ line: z.number() }).nullish(),
          span: z.tuple([z.number(), z.number()]).nullish(),
          sourceCode: z.string().nullish(),
        })
        .nullish(),
    }),
  ),
});

const OxlintOutput = z.object({
  diagnostics: z.array(
    z.object({
      message: z.string(),
      code: z.string().nullish(),
      severity: z.string(),
      labels: z.array(z.object({ span: z.object({ line: z.number().optional() }) })).optional(),
    }),
  ),
});

export const LINT_KINDS: readonly LintKind[] = [
  {
    name: 'prettier',
    package: 'prettier',
    configs: [
      '.prettierrc',
      ...['json', 'yml', 'yaml', 'json5', 'toml', ...scripts].map((ending) => `.prettierrc.${ending}`),
      ...scripts.map((ending) => `prettier.config.${ending}`),
    ],
    manifestKey: 'prettier',
    format: (file) => ['--write', '--log-level=warn', '--', file],
  },
  {
    name: 'biome',
    package: '@biomejs/biome',
    configs: ['biome.json', 'biome.jsonc', '.biome.json', '.biome.jsonc'],
    // A copy has no .git; the one file is named.
    format: (file) => [
      'format',
      '--write',
      '--vcs-enabled=false',
      '--no-errors-on-unmatched',
      '--colors=off',
      file,
    ],
    lint: {
      args: (file) => [
        'lint',
        '--reporter=json',
        '--vcs-enabled=false',
        '--no-errors-on-unmatched',
        '--colors=off',
        file,
      ],
      parse: (stdout) =>
        parseWith(BiomeOutput, stdout)?.diagnostics.map(
          ({ severity, category, message, description, location }) => ({
            rule: category ?? 'biome',
            message: typeof message === 'string' ? message : (description ?? ''),
            // Biome 1 gives an offset into the text that it prints along.
            line: location?.start?.line ?? lineAt(location?.sourceCode ?? '', location?.span?.[0] ?? 0),
            error: severity === 'error' || severity === 'fatal',
          }),
        ),
    },
  },
  {
    name: 'eslint',
    package: 'eslint',
    configs: [
      ...scripts.map((ending) => `eslint.config.${ending}`),
      '.eslintrc',
      ...['js', 'cjs', 'json', 'yml', 'yaml'].map((ending) => `.eslintrc.${ending}`),
    ],
    manifestKey: 'eslintConfig',
    lint: {
      args: (file) => ['--format', 'json', '--no-color', '--', file],
      parse: (stdout) =>
        parseWith(EslintOutput, stdout)?.flatMap((file) =>
          file.messages
            // "File ignored because …" is no problem of the file.
            .filter((message) => message.ruleId !== null || message.severity === 2)
            .map(({ ruleId, severity, message, line }) => ({
              rule: ruleId ?? 'eslint',
              message,
              line: line ?? 1,
              error: severity === 2,
            })),
        ),
    },
  },
  {
    name: 'oxlint',
    package: 'oxlint',
    configs: ['.oxlintrc.json', '.oxlintrc.jsonc', 'oxlint.config.ts'],
    lint: {
      args: (file) => ['--format', 'json', file],
      parse: (stdout) =>
        parseWith(OxlintOutput, stdout)?.diagnostics.map(({ message, code, severity, labels }) => ({
          rule: code ?? 'oxlint',
          message,
          line: labels?.[0]?.span.line ?? 1,
          error: severity === 'error',
        })),
    },
  },
];

const lineAt = (text: string, offset: number): number =>
  Buffer.from(text).subarray(0, offset).toString('utf8').split('\n').length;
