import type { Command } from 'commander';
import { usageError } from '../errors.ts';

interface Known {
  name: string;
  description: string;
  flags: { long: string; short: string | undefined; description: string }[];
  commands: Known[];
}

/** `classwright completion <shell>`: a script for the shell to load, made from the commands themselves. */
export function completionScript(program: Command, shell: string): string {
  const known = knownOf(program);
  if (shell === 'bash') return bash(known);
  if (shell === 'zsh')
    return `autoload -U +X compinit bashcompinit && compinit -u && bashcompinit\n${bash(known)}`;
  if (shell === 'fish') return fish(known);
  throw usageError(
    'unknown-shell',
    `There is no completion for ${JSON.stringify(shell)}.`,
    'Name bash, zsh or fish.',
  );
}

const knownOf = (command: Command): Known => ({
  name: command.name(),
  description: command.description(),
  flags: command.options.flatMap(({ long, short, hidden, description }) =>
    long && !hidden ? [{ long, short, description }] : [],
  ),
  commands: command.commands.map(knownOf),
});

const flagsOf = ({ flags }: Known): string => [...flags.map(({ long }) => long), '--help'].join(' ');

/** Words alone stand in the script: names of commands and flags, which no repository has a say in. */
function bash(program: Known): string {
  const cases = program.commands.map(
    ({ name, ...rest }) =>
      `    ${name}) words="${[flagsOf({ name, ...rest }), ...rest.commands.map((one) => one.name)].join(' ')}" ;;`,
  );
  return `_classwright() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${program.commands.map(({ name }) => name).join(' ')} ${flagsOf(program)}"
  else
    case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _classwright classwright
`;
}

function fish(program: Known): string {
  const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
  const lines = program.commands.flatMap(({ name, description, flags }) => [
    `complete -c classwright -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ...flags.map(({ long, short, description }) => {
      const letter = short ? ` -s ${short.slice(1)}` : '';
      return `complete -c classwright -n '__fish_seen_subcommand_from ${name}' -l ${long.slice(2)}${letter} -d ${quoted(description)}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}
