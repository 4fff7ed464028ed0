import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { interleaved, type Row, row, seconds } from './measure.ts';

/** What a person waits for who asks for help, beside the start of Node itself. */
export async function helpStart(rounds: number): Promise<Row[]> {
  const program = fileURLToPath(import.meta.resolve('../dist/src/cli/bin.js'));
  const timed = (args: readonly string[]) =>
    seconds(() => {
      const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
      if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
    });
  const sides = { help: () => timed([program, '--help']), node: () => timed(['-e', '0']) };
  await interleaved(2, sides);
  const { help, node } = await interleaved(rounds, sides);
  return [
    row(
      '--help, beside bare Node',
      { name: 'classwright --help', values: help },
      { name: 'node -e 0', values: node },
      { target: { atMost: 2.5 } },
    ),
  ];
}
