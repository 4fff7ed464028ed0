import { SCHEMA_VERSION } from '../loop/events.ts';
import { previewContext } from '../preview.ts';
import { outcomeLines } from '../report/text.ts';
import { jsonLine, showHidden } from '../sanitize.ts';
import { terminalOf } from '../terminal.ts';
import type { Flags } from './flags.ts';
import { generateOptions } from './generate-class.ts';

/** `classwright context`: the first request, whole, and nothing else. Returns the exit code. */
export async function showContext(className: string, flags: Flags): Promise<number> {
  const { json, ...rest } = flags;
  const preview = await previewContext(await generateOptions(className, rest));
  if (!('request' in preview)) {
    if (json) process.stdout.write(jsonLine(preview));
    process.stderr.write(`${outcomeLines(preview, terminalOf(process, process.env).stderr).join('\n')}\n`);
    return preview.exitCode;
  }
  const { request, context } = preview;
  if (json) {
    const { system, tools, messages } = request;
    const { pieces, tokens, leftOut } = context;
    process.stdout.write(
      jsonLine({ schemaVersion: SCHEMA_VERSION, system, tools, messages, pieces, tokens, leftOut }),
    );
    return 0;
  }
  const { colours } = terminalOf(process, process.env).stdout;
  const part = (title: string, text: string) =>
    `${colours.bold(`--- ${title}`)}\n${showHidden(text).trimEnd()}\n\n`;
  process.stdout.write(part('system', request.system));
  process.stdout.write(part('tools', JSON.stringify(request.tools, null, 2)));
  for (const { role, content } of request.messages)
    for (const block of content)
      process.stdout.write(part(role, 'text' in block ? block.text : JSON.stringify(block)));
  process.stderr.write(
    `${context.pieces.length} pieces of the repository, about ${context.tokens} tokens; ${context.leftOut} left out\n`,
  );
  return 0;
}
