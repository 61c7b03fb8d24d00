const secretPattern = /[({$]\s*secret\.([A-Za-z0-9_.-]+)/gi;

/** The secrets that a text of a template names, each once. */
export const secretNamesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(secretPattern)].map(([, name = ""]) => name)),
];
