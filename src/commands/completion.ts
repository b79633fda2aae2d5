import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type CompletionShell = (typeof SHELLS)[number];

interface Words {
  /** `detector allowlist check`, without the program's name. */
  readonly path: readonly string[];
  readonly commands: readonly string[];
  readonly options: readonly string[];
}

const wordsOf = (command: Command, path: readonly string[] = []): readonly Words[] => [
  {
    path,
    commands: command.commands.map((below) => below.name()),
    options: command.options.map(({ long, short }) => long ?? short ?? '').concat('--help'),
  },
  ...command.commands.flatMap((below) => wordsOf(below, [...path, below.name()])),
];

/** A script that completes commands and options, and files everywhere else. */
export const renderCompletion = (program: Command, shell: CompletionShell): string => {
  const words = wordsOf(program);
  return shell === 'bash' ? bash(words) : shell === 'zsh' ? zsh(words) : fish(words);
};

const cases = (words: readonly Words[]): string =>
  words
    .map(
      ({ path, commands, options }) =>
        `    '${path.join(' ')}') words='${[...commands, ...options].join(' ')}' ;;`,
    )
    .join('\n');

const bash = (words: readonly Words[]): string => `_detector() {
  local word path='' words='' current=\${COMP_WORDS[COMP_CWORD]}
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${words
        .filter(({ path }) => path.length > 0)
        .map(({ path }) => `'${path.join(' ')}'`)
        .join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases(words)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _detector detector
`;

const zsh = (words: readonly Words[]): string => `#compdef detector
autoload -U +X bashcompinit && bashcompinit
${bash(words)}`;

const fish = (words: readonly Words[]): string =>
  words
    .flatMap(({ path, commands, options }) => {
      const last = path.at(-1);
      const when = last === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${last}`;
      return [
        ...commands.map((name) => `complete -c detector -n '${when}' -f -a ${name}`),
        ...options
          .filter((name) => name.startsWith('--'))
          .map((name) => `complete -c detector -n '${when}' -l ${name.slice(2)}`),
      ];
    })
    .join('\n')
    .concat('\n');
