import { resolve } from 'node:path';
import { loadConfig } from '../config/config.ts';
import { EXIT } from '../errors.ts';
import { SCHEMA_VERSION } from '../loop/events.ts';
import { readProof } from '../proof/statement.ts';
import { type Verification, verifyProof } from '../proof/verify.ts';
import { checkDependencies, openRepository } from '../repository/repository.ts';
import { jsonLine, oneLine, showHidden } from '../sanitize.ts';
import { type Screen, terminalOf } from '../terminal.ts';
import { type Flags, folderOf } from './flags.ts';

/** `classwright verify <proof>`: 0 where it holds, 1 where it does not. */
export async function verify(path: string, flags: Flags): Promise<number> {
  const cwd = folderOf(flags);
  const proof = await readProof(resolve(path));
  const { config } = loadConfig({
    cwd,
    env: process.env,
    flags: flags.sandbox === false ? { sandbox: false } : {},
  });
  const repository = await openRepository({ cwd, targetFile: cwd });
  // Paths of a proof start at the repository's root, whichever folder the command runs in.
  const target = await openRepository({ cwd, targetFile: resolve(repository.root, proof.subject[0].name) });
  checkDependencies(target);
  const controller = new AbortController();
  let signalled: number | undefined;
  const stop = (code: number) => () => {
    signalled ??= code;
    controller.abort();
  };
  process.on('SIGINT', stop(EXIT.sigint)).on('SIGTERM', stop(EXIT.sigterm));
  try {
    const found = await verifyProof(proof, { repository: target, config, signal: controller.signal });
    const exitCode = found.holds ? EXIT.verified : EXIT.notVerified;
    const { stdout: screen } = terminalOf(process, process.env);
    process.stdout.write(
      flags.json
        ? jsonLine({ schemaVersion: SCHEMA_VERSION, exitCode, ...found })
        : `${lines(found, screen).join('\n')}\n`,
    );
    return exitCode;
  } catch (error) {
    if (signalled !== undefined) return signalled;
    throw error;
  }
}

function lines(found: Verification, { colours, symbols }: Screen): string[] {
  const { holds, className, file, changed, problems, commands, tests } = found;
  return [
    ...changed.map(
      ({ file, what, now }) => `${colours.yellow(symbols.warn)} ${now} since: ${oneLine(file)} (${what})`,
    ),
    ...problems.map((problem) => `${colours.red(symbols.bad)} ${showHidden(problem)}`),
    ...commands.map(({ what, version, exitStatus }) =>
      colours.dim(
        `${symbols.info} ${oneLine([what, version].filter(Boolean).join(', '))}: exit status ${exitStatus}`,
      ),
    ),
    ...(tests ? [`${symbols.info} ${tests.passed} of ${tests.total} tests pass`] : []),
    holds
      ? colours.green(`holds: ${className} in ${oneLine(file)}${changed.length > 0 ? ', as it is now' : ''}`)
      : colours.red(`does not hold: ${className} in ${oneLine(file)}`),
  ];
}
