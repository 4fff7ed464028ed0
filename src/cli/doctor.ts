import { EXIT } from '../errors.ts';
import { SCHEMA_VERSION } from '../loop/events.ts';
import { wrap } from '../report/format.ts';
import { type DoctorCheck, diagnose } from '../repository/doctor.ts';
import { jsonLine, plainText } from '../sanitize.ts';
import { type Screen, terminalOf } from '../terminal.ts';
import { type Flags, folderOf, textOf } from './flags.ts';

/** `classwright doctor`: 0 where a run could begin, 3 where the repository and 5 where the sandbox is in the way. */
export async function doctor(flags: Flags): Promise<number> {
  const checks = [
    ...(await diagnose({ cwd: folderOf(flags), file: textOf(flags, 'file') })),
    keyCheck(process.env),
  ];
  const exitCode = exitCodeOf(checks);
  if (flags.json) process.stdout.write(jsonLine({ schemaVersion: SCHEMA_VERSION, exitCode, checks }));
  else
    process.stdout.write(
      `${doctorLines(checks, exitCode, terminalOf(process, process.env).stdout).join('\n')}\n`,
    );
  return exitCode;
}

function keyCheck(env: Readonly<Record<string, string | undefined>>): DoctorCheck {
  const name = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'].find((one) => env[one]?.trim());
  if (name) return { name: 'model key', state: 'ok', detail: `${name} is set` };
  return {
    name: 'model key',
    state: 'warning',
    detail: 'none set: only recordings can be replayed',
    mend: 'Set ANTHROPIC_API_KEY.',
  };
}

export function exitCodeOf(checks: readonly DoctorCheck[]): number {
  const missing = checks.filter(({ state }) => state === 'missing');
  if (missing.length === 0) return EXIT.verified;
  return missing.every(({ name }) => name === 'sandbox') ? EXIT.checks : EXIT.repository;
}

export function doctorLines(checks: readonly DoctorCheck[], exitCode: number, screen: Screen): string[] {
  const { colours, symbols, columns } = screen;
  const marks = {
    ok: colours.green(symbols.ok),
    warning: colours.yellow(symbols.warn),
    missing: colours.red(symbols.bad),
  };
  const words = { ok: 'ok', warning: 'warn', missing: 'missing' };
  const lines = checks.flatMap(({ name, state, detail, mend }) => [
    ...wrap(`${words[state]} ${plainText(name)}: ${plainText(detail)}`, columns && columns - 4, '  ').map(
      (line, at) => (at === 0 ? `${marks[state]} ${line}` : `  ${line}`),
    ),
    ...(mend
      ? wrap(`${symbols.arrow} ${plainText(mend)}`, columns && columns - 4, '  ').map((line) => `    ${line}`)
      : []),
  ]);
  const verdict = exitCode === EXIT.verified ? colours.green('usable') : colours.red('not usable as it is');
  return [...lines, '', colours.bold(verdict)];
}
