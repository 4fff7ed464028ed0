import { basename } from 'node:path';
import type { ToolContext } from '../../tools/tool.ts';
import { workTreeQuestion } from '../check-files/changes.ts';
import type { Checker } from '../check-files/checker.ts';
import { usageError } from '../errors.ts';
import { withholding } from '../retrieve/withheld.ts';
import { openSearch } from '../search.ts';

const isWithheld = withholding({ coveringTests: [], reaching: [], showTests: true });

/**
 * Runs `work` with what a tool may touch, seen from `file` as it is on disk. Nothing is being written here, so no
 * test is withheld; secrets are. Tools that judge a class need a run (`runTool` of the command line).
 */
export function withToolContext<T>(
  checker: Checker,
  file: string,
  signal: AbortSignal,
  work: (context: ToolContext) => Promise<T>,
): Promise<T> {
  const { repository, read } = checker;
  return checker.look(file, (language, check) =>
    work({
      repository,
      language,
      search: openSearch(repository.root, isWithheld),
      className: basename(file).replace(/\.\w+$/, ''),
      targetFile: file,
      targetText: () => read(file) ?? '',
      isWithheld,
      // What changed since the last commit stands for the candidate.
      async compile() {
        const question = await workTreeQuestion(repository, read, { files: undefined, since: undefined });
        return (await check({ ...question, signal })).diagnostics;
      },
      async runTests() {
        throw usageError('needs-class', 'Tests are run for a class.', 'Name the class and its file.');
      },
      signal,
    }),
  );
}
