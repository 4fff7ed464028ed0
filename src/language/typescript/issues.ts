import { oneLine, type ts } from './ast.ts';
import type { Aliases } from './scopes.ts';

/** Something in code that no class may do (`problem`), or that a person should know of (`finding`). */
export interface Issue {
  kind: 'problem' | 'finding';
  /** `global-write`, `test-library`, `process-exit`, `prototype`, `eval`, `suppressed`, `any`, `network` … */
  code: string;
  /** 1-based, in the scanned file. */
  line: number;
  message: string;
}

/** A module that code asks for, by an import, `import()`, `require` or a type. */
export interface ModuleUse {
  module: string;
  line: number;
}

export type Report = (
  kind: Issue['kind'],
  code: string,
  node: ts.Node | ts.CommentRange,
  message: string,
) => void;

/** What a look through code carries along. */
export interface Context {
  aliases: Aliases;
  report: Report;
  modules: ModuleUse[];
  file: ts.SourceFile;
}

/** Source of a node for a message. */
export const quote = (node: ts.Node): string => {
  const text = oneLine(node.getText());
  return `\`${text.length > 60 ? `${text.slice(0, 60)} …` : text}\``;
};
