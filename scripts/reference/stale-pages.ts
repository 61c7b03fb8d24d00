/** What differs between the pages as they are made and as they stand in the folder, as sentences. */
export const stalePages = (
  made: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): readonly string[] => [
  ...[...made].flatMap(([name, text]) => {
    const there = found.get(name);
    if (there === undefined) return [`${name} is missing`];
    return there === text ? [] : [`${name} would change`];
  }),
  ...[...found.keys()].filter((name) => !made.has(name)).map((name) => `${name} is made by nothing`),
];
