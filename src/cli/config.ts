import { loadConfig } from '../config/config.ts';
import { SETTINGS } from '../config/settings.ts';
import { jsonLine, oneLine } from '../sanitize.ts';
import { type Flags, folderOf } from './flags.ts';

/** `classwright config`: the settings that hold in this folder. */
export async function showConfig(flags: Flags): Promise<number> {
  const { config, origins } = loadConfig({ cwd: folderOf(flags), env: process.env, flags: {} });
  const rows = SETTINGS.map(({ key }) => ({ key, value: config[key], origin: origins[key] ?? 'default' }));
  if (flags.json) {
    const told = flags.origin
      ? rows.map(({ key, ...row }) => [key, { ...row, value: row.value ?? null }])
      : rows.map(({ key, value }) => [key, value]);
    process.stdout.write(jsonLine(Object.fromEntries(told)));
    return 0;
  }
  const values = rows.map((row) => ({
    ...row,
    text: row.value === undefined ? '(none)' : oneLine(JSON.stringify(row.value)),
  }));
  const wide = Math.max(...values.map((row) => row.key.length));
  const wider = Math.min(40, Math.max(...values.map((row) => row.text.length)));
  for (const { key, text, origin } of values)
    process.stdout.write(
      flags.origin
        ? `${key.padEnd(wide)}  ${text.padEnd(wider)}  ${oneLine(origin)}\n`
        : `${key.padEnd(wide)}  ${text}\n`,
    );
  return 0;
}
