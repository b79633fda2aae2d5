import type { Command } from 'commander';

const INTRODUCTION = `# Command line

<!-- Written from the program: npx vitest run test/commands/reference.test.ts -u -->

Standard output is data only; progress, summaries and complaints go to standard error. Exit codes: 0 ok; 1 findings at
or above \`--fail-on\`, or an expectation failed; 2 a bad rule file; 3 a bad configuration, argument or input; 130
interrupted.
`;

/** The page docs/cli.md: the help of every command. A test keeps the two the same. */
export const renderCliReference = (program: Command): string =>
  [INTRODUCTION, ...program.commands.flatMap((command) => sections(command, []))].join('\n');

const sections = (command: Command, above: readonly string[]): readonly string[] => {
  const path = [...above, command.name()];
  if (command.commands.length > 0) return command.commands.flatMap((below) => sections(below, path));
  return [`## detector ${path.join(' ')}\n\n\`\`\`text\n${help(command)}\n\`\`\`\n`];
};

const help = (command: Command): string => {
  let text = '';
  command.configureOutput({ writeOut: (piece) => (text += piece) }).configureHelp({ helpWidth: 100 });
  command.outputHelp();
  return text.trim();
};
