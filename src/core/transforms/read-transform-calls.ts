/** One transform as written, with its place in the template's text. */
export type TransformCall = { readonly name: string; readonly args: readonly string[]; readonly at: number };

export type TransformCalls =
  /** `end` is where the closing brace stands. */
  | { readonly kind: "read"; readonly calls: readonly TransformCall[]; readonly end: number }
  | { readonly kind: "unreadable"; readonly at: number; readonly message: string };

/**
 * Reads `|upper|default:'n/a'` from the bar at `start` to the closing brace. An argument is bare text
 * without `|`, `:`, `'` and braces, or stands in single quotes, where `''` is one of them.
 */
export const readTransformCalls = (text: string, start: number): TransformCalls => {
  const calls: TransformCall[] = [];
  let at = start;
  while (text.charAt(at) === "|") {
    const nameEnd = endOf(bare, text, at + 1);
    const args: string[] = [];
    calls.push({ name: text.slice(at + 1, nameEnd), args, at });
    at = nameEnd;
    while (text.charAt(at) === ":") {
      const argument = readArgument(text, at + 1);
      if (argument === null) return { kind: "unreadable", at, message: "the quote ' is not closed" };
      args.push(argument.text);
      at = argument.end;
    }
  }
  if (text.charAt(at) === "}") return { kind: "read", calls, end: at };
  const message =
    at < text.length ? `${text.charAt(at)} cannot stand here; write it in quotes: '…'` : "the brace is not closed";
  return { kind: "unreadable", at: Math.min(at, text.length - 1), message };
};

const bare = /[^|:{}']*/y;

const endOf = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
};

/** Bare and quoted parts may follow each other: `'a b'=1`. */
const readArgument = (text: string, start: number): { text: string; end: number } | null => {
  let read = "";
  let at = start;
  for (;;) {
    const bareEnd = endOf(bare, text, at);
    read += text.slice(at, bareEnd);
    if (text.charAt(bareEnd) !== "'") return { text: read, end: bareEnd };
    const quoted = readQuoted(text, bareEnd);
    if (quoted === null) return null;
    read += quoted.text;
    at = quoted.end;
  }
};

/** From a quote to its closing one; `''` inside is a quote. */
export const readQuoted = (text: string, start: number): { text: string; end: number } | null => {
  let read = "";
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf("'", at);
    if (quote < 0) return null;
    read += text.slice(at, quote);
    if (text.charAt(quote + 1) !== "'") return { text: read, end: quote + 1 };
    read += "'";
    at = quote + 2;
  }
};
