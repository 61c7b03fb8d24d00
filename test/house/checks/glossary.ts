/** Terms of the glossary's tables whose code name stands nowhere in the sources. */
export const unusedTerms = (glossary: string, sources: readonly string[]): readonly string[] => {
  const words = new Set(sources.flatMap((source) => source.match(/\w+/g) ?? []));
  return codeNames(glossary)
    .filter((name) => !words.has(name))
    .map((name) => `GLOSSARY.md: \`${name}\` stands nowhere in src/`);
};

/** Names in the first two columns: of the term, and of what it is made of. */
const codeNames = (glossary: string): readonly string[] =>
  [...glossary.matchAll(/^\| (\*\*.*?) \| (.*?) \|/gm)].flatMap(([, term = "", meaning = ""]) =>
    [...`${term} ${meaning}`.matchAll(/`([A-Za-z]\w*)`/g)].map(([, name = ""]) => name),
  );
