import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkStaged } from './check-staged.ts';
import { coldStart } from './cold-start.ts';
import { generateRepository } from './generate-repository.ts';
import { helpStart } from './help.ts';
import { loopOverhead } from './loop-overhead.ts';
import type { Row } from './measure.ts';
import { type Facts, loadNow, machineFacts, staleBuild, tableText } from './report.ts';
import { warmCheck } from './warm-check.ts';

const USAGE = `npm run bench -- [--lines <n>] [--quick] [--only warm|cold|loop|check|help] [--json <file>]

Measures Classwright in a repository that it makes itself, and prints ratios of this one run.
  --lines <n>    size of that repository in lines of TypeScript (default: 100000)
  --quick        10,000 lines and few rounds: does it run, not how fast
  --only <part>  one part; repeatable (default: all)
  --json <file>  write every figure with the facts of the machine (default: none)
A target that is missed is said and is no failure of the command: machines differ.`;

const { values } = parseArgs({
  options: {
    lines: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const { quick, only, json } = values;
const lines = Number(values.lines ?? (quick ? 10_000 : 100_000));

const parts: Record<string, (root: string) => Promise<Row[]>> = {
  warm: (root) => warmCheck(root, quick ? { checks: 10, compilations: 1 } : { checks: 60, compilations: 5 }),
  cold: (root) => coldStart(root, quick ? 2 : 5),
  loop: (root) => loopOverhead(root, quick ? 6 : 40),
  check: (root) => checkStaged(root, quick ? 2 : 5),
  help: () => helpStart(quick ? 5 : 15),
};

const unknown = only.find((name) => !(name in parts));
if (values.help || unknown !== undefined || !Number.isInteger(lines) || lines < 1) {
  console.log(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else await bench();

async function bench(): Promise<void> {
  const stale = staleBuild();
  if (stale?.includes('not built')) {
    console.error(stale);
    process.exitCode = 2;
    return;
  }
  const started = performance.now();
  const facts = machineFacts();
  const before = loadNow();
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'classwright-bench-'));
  try {
    const repository = generateRepository(root, { lines });
    const { processor, cores, memoryGB, node, versions, commit } = facts;
    console.log(
      [
        `${repository.lines} lines in ${repository.files} files, made for this run`,
        `${processor}, ${cores} cores, ${memoryGB} GB; Node ${node.slice(1)}; commit ${commit}`,
        Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
        'Each ratio: median (minimum–maximum) of rounds taken in turn.\n',
      ].join('\n'),
    );
    const rows: Row[] = [];
    for (const [name, measure] of Object.entries(parts)) {
      if (only.length > 0 && !only.includes(name)) continue;
      const found = await measure(root);
      console.log(`${tableText(found)}\n`);
      rows.push(...found);
    }
    const load: [number, number] = [before, loadNow()];
    const seconds = Math.round((performance.now() - started) / 1000);
    const missed = rows.filter(({ met }) => met === false);
    console.log(`${seconds} s; load before ${load[0]}, after ${load[1]}.`);
    if (load[0] > cores)
      console.log('Other programs were running: ratios of timings are rough. Run again on a quiet machine.');
    if (stale) console.log(stale);
    if (lines < 100_000) console.log('The targets are those of a repository of 100,000 lines.');
    console.log(
      missed.length === 0 ? 'Every target is met.' : `Missed: ${missed.map(({ what }) => what).join('; ')}.`,
    );
    if (json) {
      const figures: Facts & { rows: Row[] } = { ...facts, repository, load, seconds, rows };
      writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
    }
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
}
