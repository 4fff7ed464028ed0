import { type Command, Option } from 'commander';
import { defaultTextOf, SETTINGS, type SettingKey } from '../config/settings.ts';
import { type Flags, given } from './flags.ts';

type SetExitCode = (code: number) => void;

/** `classwright eval …`: what each takes. What they do is imported when one runs. */
export function addEval(program: Command, setExitCode: SetExitCode): void {
  const evals = program
    .command('eval')
    .description('measure strategies, models and prompts on whole classes of real repositories')
    .helpCommand(false);
  addTasks(evals, setExitCode);
  addRuns(evals, setExitCode);
  addResults(evals, setExitCode);
}

const SUITE = 'sample, public, or a task file or a folder of them';
const json = () => new Option('--json', 'one object (default: off)');
const list = (value: string, before: string[] | undefined) => [...(before ?? []), ...value.split(',')];

function addTasks(evals: Command, setExitCode: SetExitCode): void {
  evals
    .command('list')
    .argument('[suite]', `${SUITE} (default: sample)`)
    .description('show the tasks that there are')
    .addOption(json())
    .action(async (suite: string | undefined, flags: Flags, command: Command) => {
      const { evalList } = await import('./eval/list.ts');
      setExitCode(await evalList(suite, given(flags, command)));
    });

  evals
    .command('accept')
    .argument('[task...]', `ids of tasks, or ${SUITE} (default: sample)`)
    .description('prove that tasks judge: the reference passes, known-bad classes and mutants fail')
    .option('--fast', 'without mutants, known-bad classes as a whole, two orders (default: off)')
    .option('--update', 'write what was seen into the task files (default: off)')
    .option('--no-sandbox', 'run the tests without a sandbox (default: with one)')
    .addOption(json())
    .action(async (which: string[], flags: Flags, command: Command) => {
      const { evalAccept } = await import('./eval/accept.ts');
      setExitCode(await evalAccept(which, given(flags, command)));
    });

  evals
    .command('fetch')
    .argument('[suite]', `${SUITE} (default: public)`)
    .description('bring the repositories of tasks to this machine, with their dependencies')
    .option('--repos-dir <dir>', 'folder of clones to take them from (default: from their URLs)')
    .option('--only <repository>', 'one of them (default: all)')
    .addOption(json())
    .action(async (suite: string | undefined, flags: Flags, command: Command) => {
      const { evalFetch } = await import('./eval/fetch.ts');
      setExitCode(await evalFetch(suite, given(flags, command)));
    });

  evals
    .command('mine')
    .argument('<repo>', 'a repository on this machine')
    .description('find classes of a repository that make tasks, and write them down')
    .option(
      '--write <dir>',
      'describe, accept and write tasks into this folder (default: candidates are listed)',
    )
    .option('--limit <n>', 'at most so many candidates (default: 10)')
    .option('--describe-by <who>', 'model, or signatures: without asking one (default: model)')
    .option('--model <id>', 'model that drafts the descriptions (default: that of generate-class)')
    .option('--seed <n>', 'of the draw and of the split (default: 1)')
    .option('--no-sandbox', 'run the tests without a sandbox (default: with one)')
    .addOption(json())
    .action(async (repository: string, flags: Flags, command: Command) => {
      const { evalMine } = await import('./eval/mine.ts');
      setExitCode(await evalMine(repository, given(flags, command)));
    });
}

/** Settings that hold for every cell alike. */
const RUN_SETTINGS: ReadonlySet<SettingKey> = new Set<SettingKey>([
  'maxAttempts',
  'maxToolCalls',
  'maxTokens',
  'maxCost',
  'timeout',
  'sandbox',
]);

const listOption = (flags: string, help: string) => new Option(flags, help).argParser(list);

function addRuns(evals: Command, setExitCode: SetExitCode): void {
  const run = evals
    .command('run')
    .argument('[suite]', `${SUITE}; not needed with --resume`)
    .description('try tasks under strategies and models, each cell under the same budget')
    .addOption(
      listOption(
        '--strategies <names>',
        'rows: basic, rag, repocoder, reflexion, rrr, rrr-types, sample-k, closed-book (default: basic,rrr)',
      ),
    )
    .addOption(listOption('--models <ids>', 'models (default: that of generate-class)'))
    .option('--n <n>', 'samples of each cell (default: 1)')
    .addOption(listOption('--description <kinds>', 'detailed, sketchy (default: detailed)'))
    .addOption(
      listOption(
        '--ablate <parts>',
        'tools, phases or parts of the context: each makes one row of rrr without it (default: none)',
      ),
    )
    .addOption(
      listOption(
        '--perturb <kinds>',
        'rename, reword, reorder, format: each adds cells on changed tasks (default: none)',
      ),
    )
    .option('--seeds <n>', 'variants of each perturbation (default: 1)')
    .addOption(listOption('--tasks <ids>', 'some tasks of the suite alone (default: all)'));
  for (const setting of SETTINGS)
    if (setting.flag && RUN_SETTINGS.has(setting.key))
      run.addOption(new Option(setting.flag, `${setting.help} (default: ${defaultTextOf(setting)})`));
  run
    .option('--record <dir>', 'record the answers of each cell for --replay-from (default: off)')
    .option(
      '--replay-from <dir>',
      'take the answers from recordings, one for each cell; all else runs for real (default: off)',
    )
    .option('--played-by <who>', 'who answers, where no provider does (default: the provider)')
    .option(
      '--repos-dir <dir>',
      'folder of clones of public repositories (default: those that eval fetch brought)',
    )
    .option('--workers <n>', 'cells at a time (default: half the cores)')
    .option(
      '--cell-timeout <s>',
      'seconds after which a cell counts as hanging (default: 7200, or 600 beyond --timeout)',
    )
    .option('--seed <n>', 'of the bootstrap (default: 1)')
    .option('--out <dir>', 'folder of the run (default: in the state folder)')
    .option('--resume <run>', 'go on with a run that was stopped or killed (default: a new one)')
    .option('--retry-failed', 'with --resume: try again what the harness failed at (default: off)')
    .option('--score-only <run>', 'score the logs of a run anew and run nothing (default: off)')
    .option('--quiet', 'no progress on standard error (default: off)')
    .addOption(json())
    .action(async (suite: string | undefined, flags: Flags, command: Command) => {
      const { evalRun } = await import('./eval/run.ts');
      setExitCode(await evalRun(suite, given(flags, command)));
    });

  evals
    .command('watch')
    .argument('<run>', 'id or folder of a run')
    .description('show a run as it goes')
    .action(async (run: string, flags: Flags, command: Command) => {
      const { evalWatch } = await import('./eval/watch.ts');
      setExitCode(await evalWatch(run, given(flags, command)));
    });
}

const RUN = 'id or folder of a run, or a file that eval export wrote';
const outFile = (otherwise: string) => new Option('--out <file>', `where to write (default: ${otherwise})`);
const markdown = () => new Option('--markdown', 'Markdown in place of HTML (default: off)');
const withoutSources = () =>
  new Option(
    '--without-sources',
    'facts alone: ids, counts, codes, hashes (default: with texts and stories)',
  );
const byRepository = () =>
  new Option('--by-repository', 'intervals that resample whole repositories (default: tasks)');

function addResults(evals: Command, setExitCode: SetExitCode): void {
  evals
    .command('report')
    .argument('<run>', RUN)
    .description('write what a run showed, as one HTML file')
    .addOption(outFile('report.html beside the run'))
    .addOption(markdown())
    .addOption(withoutSources())
    .addOption(byRepository())
    .addOption(json())
    .action(async (run: string, flags: Flags, command: Command) => {
      const { evalReport } = await import('./eval/report.ts');
      setExitCode(await evalReport(run, given(flags, command)));
    });

  evals
    .command('compare')
    .argument('<first>', RUN)
    .argument('<second>', 'another one')
    .description('compare two runs task by task')
    .addOption(outFile('beside the second run'))
    .addOption(markdown())
    .addOption(withoutSources())
    .addOption(byRepository())
    .addOption(json())
    .action(async (first: string, second: string, flags: Flags, command: Command) => {
      const { evalCompare } = await import('./eval/compare.ts');
      setExitCode(await evalCompare(first, second, given(flags, command)));
    });

  evals
    .command('export')
    .argument('<run>', RUN)
    .description('write what a run showed as JSON lines')
    .addOption(outFile('standard output'))
    .addOption(withoutSources())
    .action(async (run: string, flags: Flags, command: Command) => {
      const { evalExport } = await import('./eval/export.ts');
      setExitCode(await evalExport(run, given(flags, command)));
    });

  evals
    .command('import')
    .argument('<format>', 'repoclassbench')
    .argument('<path>', 'its JSON file, or the folder of them')
    .description('read tasks of another benchmark, to list and inspect them; they cannot be run yet')
    .addOption(outFile('in the state folder, where eval list finds it'))
    .addOption(json())
    .action(async (format: string, file: string, flags: Flags, command: Command) => {
      const { evalImport } = await import('./eval/import.ts');
      setExitCode(await evalImport(format, file, given(flags, command)));
    });
}
