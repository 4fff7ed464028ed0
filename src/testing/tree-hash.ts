import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One line for everything below a folder, links not followed: path, kind, mode, time of change and content. Two
 * equal lists mean that nobody wrote there.
 */
export function treeHash(root: string): string[] {
  const lines: string[] = [];
  const visit = (path: string) => {
    const stats = lstatSync(join(root, path));
    const mode = (stats.mode & 0o7777).toString(8);
    if (stats.isSymbolicLink()) lines.push(`${path} -> ${readlinkSync(join(root, path))}`);
    else if (stats.isDirectory()) {
      lines.push(`${path}/ ${mode} ${stats.mtimeMs}`);
      for (const name of readdirSync(join(root, path)).sort()) visit(path === '' ? name : `${path}/${name}`);
    } else {
      const content = stats.isFile()
        ? createHash('sha256')
            .update(readFileSync(join(root, path)))
            .digest('hex')
        : 'special';
      lines.push(`${path} ${mode} ${stats.mtimeMs} ${content}`);
    }
  };
  visit('');
  return lines;
}
