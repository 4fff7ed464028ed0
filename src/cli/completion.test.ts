import { spawnSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { execute } from './main.ts';

afterEach(() => vi.restoreAllMocks());

async function scriptFor(shell: string): Promise<string> {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += part;
    return true;
  });
  await execute(['node', 'classwright', 'completion', shell]);
  return text;
}

test('bash offers commands first, then the flags of the command', async () => {
  const script = await scriptFor('bash');
  const offered = (...words: string[]) => {
    const asked = `COMP_WORDS=(classwright ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _classwright; echo "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-ec', `${script}\n${asked}`], { encoding: 'utf8' })
      .stdout.trim()
      .split(' ');
  };
  expect(offered('ch')).toEqual(['check']);
  expect(offered('generate-class', '--max-a')).toEqual(['--max-attempts']);
  expect(offered('check', '--st')).toEqual(['--staged', '--stdin']);
});

test('zsh and fish get every command, an unknown shell is a usage error', async () => {
  expect(await scriptFor('zsh')).toMatch(/bashcompinit[\s\S]*generate-class/);
  const fish = await scriptFor('fish');
  expect(fish).toMatch(/-n '__fish_seen_subcommand_from check' -l staged -d '/);
  expect(fish.match(/__fish_use_subcommand/g)?.length).toBeGreaterThan(8);
  await expect(scriptFor('tcsh')).rejects.toMatchObject({ code: 'unknown-shell', exitCode: 2 });
});
