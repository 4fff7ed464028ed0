import { builtinModules } from 'node:module';
import { isExportedInline, lineOf, oneLine, parse, syntaxErrors, ts } from '../language/typescript/ast.ts';
import { classNode, classNodes, exportStatements } from '../language/typescript/classes.ts';
import { compareStatements } from '../language/typescript/declarations.ts';
import { scan } from '../language/typescript/findings.ts';
import { importsOf, isImport, moduleOf } from '../language/typescript/imports.ts';
import type { Issue, ModuleUse } from '../language/typescript/issues.ts';
import { memberFacts } from '../language/typescript/members.ts';
import { type PlaceForm, placeClass } from '../language/typescript/place.ts';
import { stubsOf } from '../language/typescript/stubs.ts';
import type { Submission } from '../loop/events.ts';
import type { Finding } from './report.ts';

/** A class longer than this is not one that a person reads. */
export const MAX_CLASS_LINES = 10_000;
const MAX_CLASS_CHARACTERS = 500_000;

export interface SubmissionRequest {
  submission: Pick<Submission, 'imports' | 'class' | 'helpers'>;
  className: string;
  /** Repository-relative path of the target file. */
  file: string;
  /** Text of the target file; `undefined` where there is none. */
  original: string | undefined;
  form: PlaceForm;
  /** Package names that the target's package.json declares, its own name and workspace links among them. */
  allowedPackages: readonly string[];
  /** Patterns of tsconfig `paths` (`@app/*`) and folders under `baseUrl` (`src/*`). */
  pathPatterns?: readonly string[];
  /** Files of the target's folder, for their style. */
  siblings?: readonly { text: string; fileName: string }[];
}

export interface SubmissionCheck {
  ok: boolean;
  /** Why the submission cannot be taken, one sentence each, with lines. */
  problems: string[];
  /** What a person should know of; lines are those of `text`. */
  findings: Finding[];
  /** The target file with the class in place, where that was possible. */
  text: string | undefined;
  /** What was done to the submission on the way. */
  repairs: string[];
}

/** The first level: is this the class that was asked for, whole, well-formed, and only that? Milliseconds. */
export function checkSubmission(request: SubmissionRequest): SubmissionCheck {
  const refused = (problems: string[]): SubmissionCheck => ({
    ok: false,
    problems,
    findings: [],
    text: undefined,
    repairs: [],
  });
  const size = tooLarge(request.submission);
  if (size) return refused([size]);
  const broken = notWellFormed(request);
  if (broken.length > 0) return refused(broken);
  const placed = placeClass({ ...request, fileName: request.file });
  if ('problems' in placed) return refused(placed.problems);

  const { text } = placed;
  const { className, file } = request;
  const before = parse(request.original ?? '', file);
  const after = parse(text, file);
  const fresh = newStatements(before, after, className);
  const scanned = scan(after, fresh);
  const judged = [
    ...code(before, scanned.issues),
    ...exported(after, fresh, className),
    ...content(before, after, request),
  ];
  const lines = text.split(/\r?\n/);
  const problems = judged
    .filter((i) => i.kind === 'problem')
    .map((i) => `Line ${i.line} of ${file} with the class in place: ${i.message}.${sourceOf(lines, i.line)}`);
  const findings = judged
    .filter((i) => i.kind === 'finding')
    .map((i): Finding => ({ code: i.code, message: i.message, file, line: i.line }));
  const undeclared = undeclaredModules(before, scanned.modules, request);
  return {
    ok: problems.length + undeclared.length === 0,
    problems: [...problems, ...undeclared],
    findings,
    text,
    repairs: placed.repairs,
  };
}

const sourceOf = (lines: readonly string[], line: number): string => {
  const source = oneLine(lines[line - 1] ?? '');
  return source === '' ? '' : ` It reads: ${source.length > 120 ? `${source.slice(0, 120)} …` : source}`;
};

function tooLarge(submission: SubmissionRequest['submission']): string | undefined {
  const all = [submission.class, submission.helpers ?? '', ...submission.imports].join('\n');
  const lines = all.split('\n').length;
  if (lines <= MAX_CLASS_LINES && all.length <= MAX_CLASS_CHARACTERS) return undefined;
  return `The submission has ${lines} lines and ${all.length} characters; at most ${MAX_CLASS_LINES} lines and ${MAX_CLASS_CHARACTERS} characters are taken. Submit the class alone, and as short as its job allows.`;
}

/** Syntax errors of each part, with the line as it stands in that part. */
function notWellFormed({ submission, file, className }: SubmissionRequest): string[] {
  const parts: [string, string][] = [
    ...submission.imports.map((text, i): [string, string] => [`imports[${i}]`, text]),
    ['class', submission.class],
    ['helpers', submission.helpers ?? ''],
  ];
  if (submission.class.trim() === '')
    return [`\`class\` is empty: it has to hold the whole declaration of ${className}.`];
  if (submission.class.trimStart().startsWith('```'))
    return ['`class` holds Markdown: submit TypeScript source alone.'];
  const problems = parts.flatMap(([name, text]) => {
    const lines = text.split(/\r?\n/);
    return syntaxErrors(text, file)
      .slice(0, 3)
      .map((e) => `\`${name}\`, line ${e.line}: ${e.message}${sourceOf(lines, e.line)}`);
  });
  if (problems.length > 0) {
    const prose = !classNode(parse(submission.class, file), className);
    return prose
      ? [
          `\`class\` holds no declaration of ${className}: it takes TypeScript source alone, no prose.`,
          ...problems,
        ]
      : problems;
  }
  return submission.imports.flatMap((text, i) => {
    const source = parse(text, file);
    const other = source.statements.find((s) => !isImport(s));
    return other
      ? [
          `\`imports[${i}]\`, line ${lineOf(source, other.getStart(source))}: only import statements may stand there, not: ${oneLine(other.getText(source)).slice(0, 80)}`,
        ]
      : [];
  });
}

/** Statements of the file that the submission brought, the class among them. */
function newStatements(before: ts.SourceFile, after: ts.SourceFile, className: string): ts.Statement[] {
  const target = classNode(after, className)?.statement;
  const { fresh } = compareStatements(before.statements, after.statements);
  return after.statements.filter((s) => s === target || fresh.includes(s));
}

/**
 * What the new code does that it should not. What the file did before in the same way is not held against it: a
 * reach outside is then no news, a problem no more than a finding.
 */
function code(before: ts.SourceFile, issues: Issue[]): Issue[] {
  if (issues.length === 0) return issues;
  const old = new Set(scan(before, before.statements).issues.map((i) => i.code));
  return issues.flatMap((issue): Issue[] => {
    if (!old.has(issue.code)) return [issue];
    return issue.kind === 'problem' ? [{ ...issue, kind: 'finding' }] : [];
  });
}

/** Exactly one exported class; whatever else would be exported is told. */
function exported(after: ts.SourceFile, fresh: readonly ts.Statement[], className: string): Issue[] {
  const target = classNode(after, className)?.statement;
  return fresh.flatMap((s): Issue[] => {
    if (s === target || isImport(s) || exportStatements(after, className).includes(s)) return [];
    const line = lineOf(after, s.getStart(after));
    const classes = classNodes(after).filter((c) => c.statement === s && c.form !== 'mixin');
    const isOut = (name: string) =>
      isExportedInline(s) || ts.isExportAssignment(s) || exportStatements(after, name).length > 0;
    const out = classes.filter((c) => isOut(c.name));
    if (out.length > 0)
      return [
        {
          kind: 'problem',
          code: 'second-class',
          line,
          message: `a second class would be exported, ${out.map((c) => c.name).join(', ')}: only ${className} was asked for; leave the other unexported`,
        },
      ];
    if (isExportedInline(s) || ts.isExportAssignment(s) || ts.isExportDeclaration(s))
      return [
        {
          kind: 'finding',
          code: 'extra-export',
          line,
          message: `exported besides ${className}: ${oneLine(s.getText(after)).slice(0, 80)}`,
        },
      ];
    if (ts.isExpressionStatement(s) && !ts.isStringLiteral(s.expression))
      return [
        {
          kind: 'finding',
          code: 'side-effect',
          line,
          message: `runs when the file is loaded: ${oneLine(s.getText(after)).slice(0, 80)}`,
        },
      ];
    return [];
  });
}

/** Whether there is anything in the class: members at all, those of the skeleton, bodies that do their job. */
function content(before: ts.SourceFile, after: ts.SourceFile, request: SubmissionRequest): Issue[] {
  const found = classNode(after, request.className);
  if (!found) return [];
  const { node } = found;
  const line = lineOf(after, node.getStart(after));
  const problem = (code: string, message: string, at = line): Issue => ({
    kind: 'problem',
    code,
    line: at,
    message,
  });
  const members = memberFacts(node).filter((m) => m.kind !== 'index');
  const extended = node.heritageClauses?.some((c) => c.token === ts.SyntaxKind.ExtendsKeyword) ?? false;
  const old = classNode(before, request.className)?.node;
  const asked =
    old && request.form === 'skeleton' ? memberFacts(old).filter((m) => m.visibility !== 'private') : [];
  // An error type or a decorated module may well be empty.
  const mayBeEmpty = extended || (ts.canHaveDecorators(node) && ts.getDecorators(node) !== undefined);
  if (members.length === 0 && (!mayBeEmpty || asked.length > 0))
    return [problem('empty', `${request.className} is empty: submit it with all its members`)];
  const missing = asked.filter((a) => !members.some((m) => m.name === a.name && m.static === a.static));
  const issues = [...new Set(missing.map((m) => m.signature))].map((signature) =>
    problem('missing-member', `the skeleton in the file declares \`${signature}\`, which the class lacks`),
  );
  const stubs = stubsOf(node);
  const pretending = stubs.members.filter((m) => m.kind !== 'empty');
  if (stubs.members.length === stubs.total && pretending.length > 0)
    return [
      ...issues,
      problem(
        'stub',
        `${request.className} is a stub: ${stubs.members.map((m) => m.name).join(', ')} ${stubs.total > 1 ? 'do' : 'does'} nothing; write the bodies`,
      ),
    ];
  for (const m of pretending)
    issues.push({
      kind: 'finding',
      code: 'not-implemented',
      line: lineOf(after, m.node.getStart(after)),
      message: `${m.name} is not implemented`,
    });
  return issues;
}

const BUILTIN = new Set(builtinModules);

/** Modules outside the repository that package.json does not declare. */
function undeclaredModules(
  before: ts.SourceFile,
  uses: readonly ModuleUse[],
  request: SubmissionRequest,
): string[] {
  const known = new Set(importsOf(before).map(moduleOf));
  const told = new Set<string>();
  return uses.flatMap(({ module, line }) => {
    const name = packageName(module);
    if (known.has(module) || !name || told.has(name) || isDeclared(module, name, request)) return [];
    told.add(name);
    return [
      `Line ${line} of ${request.file} with the class in place: '${module}' is imported, but package.json does not declare the package ${name}: use what is declared, or do without.`,
    ];
  });
}

/** `@scope/name` of `@scope/name/part`; undefined for relative, absolute and `#` imports. */
function packageName(module: string): string | undefined {
  if (/^[./#]|^node:|^[a-z]+:\/\//.test(module) || module === '') return undefined;
  const [first = '', second] = module.split('/');
  return module.startsWith('@') && second ? `${first}/${second}` : first;
}

function isDeclared(module: string, name: string, request: SubmissionRequest): boolean {
  if (BUILTIN.has(module) || BUILTIN.has(name)) return true;
  const types = `@types/${name.replace(/^@/, '').replace('/', '__')}`;
  if (request.allowedPackages.includes(name) || request.allowedPackages.includes(types)) return true;
  return (request.pathPatterns ?? []).some((pattern) => {
    const star = pattern.indexOf('*');
    if (star === -1) return pattern === module;
    return module.startsWith(pattern.slice(0, star)) && module.endsWith(pattern.slice(star + 1));
  });
}
