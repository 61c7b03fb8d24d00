const commands = ["npm ci && npm run quickstart", "npm ci && npm test"];

/** The first two code blocks of the README are what a newcomer types, and nothing else. */
export const readmeProblems = (readme: string): readonly string[] => {
  const blocks = [...readme.matchAll(/^```\w*\n(.*?)^```/gms)].map(([, block = ""]) => block.trim());
  return commands.flatMap((command, index) =>
    blocks[index] === command ? [] : [`README.md: code block ${index + 1} is not \`${command}\``],
  );
};
