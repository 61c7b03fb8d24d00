import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { type Problem, pathText, problemsMax } from "#src/core/problem.ts";
import {
  type DocumentReading,
  documentDepthMax,
  doubled,
  type PlacedProblem,
  refusedDocument,
} from "./document-text.ts";

type Path = Problem["path"];

/**
 * A YAML 1.2 text as a plain value. Anchors are refused instead of followed: a few lines of them
 * stand for gigabytes. Numbers and switches that are not written as JSON would write them (`05`, `1.50`,
 * `True`) stay text: most places take text, and those that do not may ask `typedAt`.
 */
export const readYamlDocument = (text: string): DocumentReading => {
  const lines = new LineCounter();
  const parsed = parseYaml(text, lines);
  if (parsed.kind === "refused") return parsed;
  const walk: Walk = { lines, problems: [] };
  const value = plainValue(walk, parsed.root, []);
  const [first, ...more] = walk.problems;
  if (first !== undefined) return { kind: "refused", problems: [first, ...more] };
  return {
    kind: "value",
    value,
    lineOf: (path) => lineOfPath(lines, parsed.root, path),
    typedAt: (path) => typedAt(parsed.root, path),
  };
};

type Root = Node | null;

const parseYaml = (
  text: string,
  lines: LineCounter,
): { readonly kind: "parsed"; readonly root: Root } | (DocumentReading & { readonly kind: "refused" }) => {
  try {
    // Doubled keys are looked for in the walk: the parser compares each key with all others of its map.
    const document = parseDocument(text, {
      lineCounter: lines,
      uniqueKeys: false,
      prettyErrors: false,
      resolveKnownTags: false,
      logLevel: "error",
    });
    const [error] = document.errors;
    if (error === undefined) return document.contents === null ? empty : { kind: "parsed", root: document.contents };
    if (error.message.includes("call stack")) return tooDeep;
    const { line } = lines.linePos(error.pos[0]);
    return refusedDocument("catalog.malformed", syntaxWords(error), line);
  } catch (error) {
    if (error instanceof RangeError) return tooDeep;
    throw error;
  }
};

const empty = refusedDocument("catalog.missing", "the document is empty; it begins with `carom: 1`");

/** The parser's own sentences, but for those that speak to programmers. */
const syntaxWords = ({ code, message }: { readonly code: string; readonly message: string }): string => {
  switch (code) {
    case "MULTIPLE_DOCS":
      return "this holds several documents; write one, without `---` between";
    case "TAB_AS_INDENT":
      return "a tab stands where lines are indented; write blanks";
    default:
      if (/flow-(?:map|seq)-(?:start|end)/i.test(message))
        return 'a brace or bracket stands in a text that has no quotes: put the text in quotes, as in { url: "https://a.example/?id={idfa}" }';
      return `this is not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  }
};

/** The parser calls itself for each level: of brackets by the thousand it meets the end of the stack, and says so or throws. */
const tooDeep = refusedDocument("catalog.too_deep", `the document is nested more than ${documentDepthMax} deep`);

type Walk = { readonly lines: LineCounter; readonly problems: PlacedProblem[] };

const lineOfNode = (lines: LineCounter, node: unknown): number | null => {
  const start = typeof node === "object" && node !== null && "range" in node ? node.range : null;
  return Array.isArray(start) && typeof start[0] === "number" ? lines.linePos(start[0]).line : null;
};

const refuse = (walk: Walk, node: unknown, problem: Problem): null => {
  if (walk.problems.length >= problemsMax) return null;
  const named = problem.path.length === 0 ? problem.message : `${pathText(problem.path)}: ${problem.message}`;
  walk.problems.push({ ...problem, message: named, line: lineOfNode(walk.lines, node) });
  return null;
};

const plainValue = (walk: Walk, node: unknown, path: Path): unknown => {
  if (path.length > documentDepthMax) {
    const message = `is nested more than ${documentDepthMax} deep`;
    return refuse(walk, node, { path, code: "catalog.too_deep", message });
  }
  if (node === null || node === undefined) return null;
  if (isAlias(node)) {
    const message = "anchors and aliases are not taken; write the value out";
    return refuse(walk, node, { path, code: "catalog.alias", message });
  }
  if (isNode(node) && node.tag !== undefined && !coreTag.test(node.tag)) {
    const message = `the tag ${node.tag} is not taken; write the plain value`;
    return refuse(walk, node, { path, code: "catalog.type", message });
  }
  if (isMap(node)) return objectOf(walk, node.items, path);
  if (isSeq(node)) return node.items.map((item, index) => plainValue(walk, item, [...path, index]));
  return isScalar(node) ? scalarOf(node) : null;
};

const coreTag = /^(?:!|tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq))$/;

/** Without a prototype, so that `__proto__` is a name like any other. */
const objectOf = (
  walk: Walk,
  items: readonly { readonly key: unknown; readonly value: unknown }[],
  path: Path,
): unknown => {
  const object: Record<string, unknown> = Object.create(null);
  for (const { key, value } of items) {
    const name = isScalar(key) ? String(key.source ?? key.value) : null;
    if (name === null) {
      refuse(walk, key, { path, code: "catalog.type", message: "a name must be plain text" });
      continue;
    }
    const below = [...path, name];
    if (name in object && walk.problems.length < problemsMax)
      walk.problems.push(doubled(below, lineOfNode(walk.lines, key)));
    object[name] = plainValue(walk, value, below);
  }
  return object;
};

const scalarOf = ({ value, source }: { readonly value: unknown; readonly source?: string | undefined }): unknown => {
  if (typeof value === "number" || typeof value === "boolean") {
    return source === undefined || String(value) === source ? value : source;
  }
  return typeof value === "bigint" ? String(value) : value;
};

/** The number or switch that stands at a path, however it is written; null for everything else. */
const typedAt = (root: Root, path: Path): number | boolean | null => {
  let node: unknown = root;
  for (const step of path) node = isMap(node) || isSeq(node) ? node.get(step, true) : null;
  const value = isScalar(node) ? node.value : null;
  return typeof value === "number" || typeof value === "boolean" ? value : null;
};

/** The line of the named value, or of the nearest that is there around it. */
const lineOfPath = (lines: LineCounter, root: Root, path: Path): number | null => {
  let node: unknown = root;
  let line = lineOfNode(lines, root);
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.source ?? key.value) === step);
      if (pair === undefined) return line;
      line = lineOfNode(lines, pair.key) ?? line;
      node = pair.value;
    } else if (isSeq(node) && typeof step === "number" && step < node.items.length) {
      node = node.items[step];
      line = lineOfNode(lines, node) ?? line;
    } else {
      return line;
    }
  }
  return line;
};
