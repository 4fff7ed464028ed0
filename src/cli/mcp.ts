import { randomBytes } from 'node:crypto';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { EXIT, usageError } from '../errors.ts';
import { openHost } from '../mcp/host.ts';
import { mcpServer } from '../mcp/server.ts';
import { checkDependencies, openRepository } from '../repository/repository.ts';
import { type Flags, folderOf, textOf } from './flags.ts';

/** `classwright mcp`: serves until the client leaves or a signal arrives. Returns the exit code. */
export async function mcp(flags: Flags, env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const cwd = folderOf(flags);
  const port = portOf(flags);
  const repository = await openRepository({ cwd, targetFile: cwd });
  checkDependencies(repository);
  const host = openHost(repository, { cwd, mayApply: flags.allowApply === true });
  const ended = endOf(process.stdin, port === undefined);
  try {
    if (port === undefined) {
      const served = serveStdio(() => mcpServer(host), {
        onerror: (error) => process.stderr.write(`classwright: ${error.message}\n`),
      });
      const code = await ended;
      await served.close();
      return code;
    }
    const { serveHttp } = await import('../mcp/http.ts');
    const token = env.CLASSWRIGHT_MCP_TOKEN || randomBytes(24).toString('base64url');
    const served = await serveHttp(host, { port, token });
    const how = env.CLASSWRIGHT_MCP_TOKEN
      ? 'the token of CLASSWRIGHT_MCP_TOKEN'
      : `Authorization: Bearer ${token}`;
    process.stderr.write(`${served.url}\n${how}\n`);
    const code = await ended;
    await served.close();
    return code;
  } finally {
    await host.close();
  }
}

function portOf(flags: Flags): number | undefined {
  if (flags.http === undefined) return undefined;
  const port = flags.http === true ? 0 : Number(textOf(flags, 'http'));
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw usageError(
    'bad-value',
    `--http: expected a port, not ${JSON.stringify(flags.http)}.`,
    'Leave it out for a free one.',
  );
}

/** The exit code, once a signal arrives or, over stdio, the client has closed its end. */
function endOf(stdin: NodeJS.ReadStream, isStdio: boolean): Promise<number> {
  return new Promise((resolve) => {
    process.on('SIGINT', () => resolve(EXIT.sigint)).on('SIGTERM', () => resolve(EXIT.sigterm));
    if (isStdio) stdin.once('end', () => resolve(EXIT.verified)).once('close', () => resolve(EXIT.verified));
  });
}
