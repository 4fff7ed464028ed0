import type { NotChecked } from '../check/not-checked.ts';
import type { Diagnostic, Location } from '../check/report.ts';

/**
 * The seam to a programming language: one session per run, over one repository and one target file. Tools,
 * retrieval, explanations and checks see this interface alone. Files are repository-relative posix paths.
 */

/** An answer that says whether it covers the whole repository. */
export interface Answer<T> {
  value: T;
  complete: boolean;
  /** What was not searched, where `complete` is false. */
  note?: string;
}

export interface SymbolHit {
  name: string;
  kind: string;
  container?: string;
  location: Location;
  /** Declaration header without a body, on one line. */
  header: string;
}

export interface Member {
  name: string;
  kind: 'constructor' | 'method' | 'property' | 'accessor' | 'index' | 'call';
  /** As a declaration: `take(id: string, qty?: number): Promise<Fill>`. One entry per overload. */
  signature: string;
  static: boolean;
  visibility: 'public' | 'protected' | 'private';
  abstract: boolean;
  optional: boolean;
  readonly: boolean;
  /** Name of the type that declares it, where it is not the type asked for. */
  inheritedFrom?: string;
  /** First line of its documentation. */
  doc?: string;
  location?: Location;
}

export interface TypeInfo {
  name: string;
  kind: 'class' | 'interface' | 'type' | 'enum' | 'function' | 'variable' | 'namespace';
  header: string;
  location: Location;
  members: Member[];
  /** Members that a class extending or implementing it has to define. */
  mustImplement: Member[];
  /** For a type alias that is no object type, and for functions and variables: the type as text. */
  text?: string;
  /** Names of further repository types that its signatures mention. */
  mentions: string[];
}

export interface Declaration {
  name: string;
  kind: string;
  location: Location;
  endLine: number;
  text: string;
}

export interface ImportSuggestion {
  /** Whole import statement as the target file would need it, in the repository's style. */
  statement: string;
  from: string;
  typeOnly: boolean;
  /** Set where package.json does not declare the package. */
  undeclaredPackage?: string;
  /** The same for all suggestions that lead to one declaration, through a barrel or not. */
  declaration?: string;
}

export interface QuickFix {
  title: string;
  /** New text of the target file with the fix applied. */
  text: string;
}

/** Diagnostics of one file for one known text of the candidate: never an empty list in place of an error. */
export interface FileDiagnostics {
  file: string;
  /** Number of the candidate text (`setCandidate`) that they belong to. */
  version: number;
  diagnostics: Diagnostic[];
}

export interface Dependents {
  /** Files whose module graph reaches the target: those of its own package first, then nearest first. */
  files: string[];
  /** Dependents that are checked once, with the verdict: too far away for each attempt, or not all there. */
  late: LateDependent[];
  /** Dependents that cannot be type-checked at all. */
  notChecked: NotChecked[];
}

export interface LateDependent {
  file: string;
  /** It imports the class itself, and not only what uses it. */
  isDirect: boolean;
  /** What is missing around it and may be behind its errors. */
  lacks?: string;
}

export interface LanguageSession {
  /** Puts `text` in place of the target file, unsaved; `undefined` goes back to what is on disk. Returns its version. */
  setCandidate(text: string | undefined): Promise<number>;
  /** Fails with an error where the server is late, dies twice or answers for another version. */
  diagnostics(file: string, signal?: AbortSignal): Promise<FileDiagnostics>;
  dependents(): Promise<Dependents>;
  quickFixes(diagnostic: Diagnostic): Promise<QuickFix[]>;

  findSymbol(query: string, limit?: number): Promise<Answer<SymbolHit[]>>;
  /** By name (`OrderBook`, `ns.Thing`), optionally declared in `file`; several where the name is ambiguous. */
  typeInfo(name: string, file?: string): Promise<Answer<TypeInfo[]>>;
  /** Signatures of `Owner.member` or of a function, all overloads. */
  signature(name: string, member?: string): Promise<Answer<Member[]>>;
  /** Source text of `Owner.member`, of a function, or of any top-level declaration. */
  body(name: string, member?: string): Promise<Answer<Declaration[]>>;
  /** Type of the expression at a 1-based position of a file (the candidate included). */
  typeAt(
    location: Location,
  ): Promise<{ expression: string; type: string; documentation?: string } | undefined>;
  /** Type of an expression as if written at the end of the target file, in its scope. */
  typeOfExpression(expression: string): Promise<{ type: string; errors: string[] }>;
  references(name: string, member?: string): Promise<Answer<(Location & { text: string })[]>>;
  implementations(name: string): Promise<Answer<SymbolHit[]>>;
  importsFor(name: string): Promise<Answer<ImportSuggestion[]>>;
  /** Exported declarations of an installed package at its installed version, or those that match `query`. */
  packageApi(
    packageName: string,
    query?: string,
  ): Promise<Answer<{ version: string; declarations: Declaration[] }>>;
  /** Completions after `expression.` as if written in the target file. */
  membersOf(expression: string): Promise<string[]>;

  /** Facts for evidence and doctor: server version, process id of the server itself, memory in bytes. */
  facts(): Promise<{ server: string; version: string; pid: number; residentBytes: number | undefined }>;
  close(): Promise<void>;
}
