import { type Compilation, type TemplateText, where } from "./compilation.ts";
import { fillSlot, jsonStringSlot, jsonValueSlot } from "./slot.ts";
import { bodyDepthMax } from "./template-limits.ts";
import type { Placed } from "./template-part.ts";

/**
 * Finds the places of macros in a JSON body: inside a string, or bare where a value goes. Members of
 * objects are the items that `drop_parameter` takes out; in an array a missing value is `""` in
 * quotes and `null` bare, so that the others keep their places. Member names take no values: one
 * could be the name of its neighbour.
 */
export const placeJson = (compilation: Compilation, text: TemplateText): readonly Placed[] => {
  const scan: Scan = {
    placed: [],
    run: "",
    skeleton: "",
    containers: [],
    depth: 0,
    inString: false,
    isName: false,
    escaped: false,
  };
  for (const piece of text.pieces) {
    if (piece.kind === "text") {
      for (const character of piece.text) readCharacter(scan, character);
      continue;
    }
    if (scan.inString && scan.isName && piece.kind === "value") {
      text.refuse("template.place_invalid", `no value can be the name of a member: ${where(piece)}`);
    }
    flushRun(scan);
    const slot = scan.inString ? jsonStringSlot : jsonValueSlot;
    const isDroppable = scan.containers.at(-1)?.kind === "object";
    scan.placed.push(fillSlot(compilation, text, { piece, slot, isDroppable }));
    scan.skeleton += scan.inString ? "z" : "null";
  }
  flushRun(scan);
  if (scan.depth > bodyDepthMax) {
    text.refuse("template.body_too_deep", `a JSON body is at most ${bodyDepthMax} levels deep`);
    return [];
  }
  if (!isJson(scan.skeleton)) {
    const message = "the body is not JSON: a macro stands inside a string, or bare where a whole value goes";
    text.refuse("template.body_not_json", message);
    return [];
  }
  return scan.placed;
};

type Scan = {
  readonly placed: Placed[];
  /** Static text since the last macro or bound. */
  run: string;
  /** The whole body with a stand-in for each macro, to be parsed as a check. */
  skeleton: string;
  readonly containers: { readonly kind: "object" | "array"; expectsName: boolean }[];
  /** Of the deepest container so far. */
  depth: number;
  inString: boolean;
  isName: boolean;
  escaped: boolean;
};

const flushRun = (scan: Scan): void => {
  if (scan.run !== "") scan.placed.push(scan.run);
  scan.run = "";
};

const readCharacter = (scan: Scan, character: string): void => {
  scan.skeleton += character;
  if (scan.inString) {
    scan.run += character;
    if (scan.escaped) scan.escaped = false;
    else if (character === "\\") scan.escaped = true;
    else if (character === '"') scan.inString = false;
    return;
  }
  const container = scan.containers.at(-1);
  switch (character) {
    case '"':
      scan.inString = true;
      scan.isName = container?.kind === "object" && container.expectsName;
      break;
    case ":":
      if (container !== undefined) container.expectsName = false;
      break;
    case "[":
      pushContainer(scan, "array");
      break;
    case "]":
      scan.containers.pop();
      break;
    case "{":
      pushContainer(scan, "object");
      pushBound(scan, "{", { kind: "open", lead: "", separator: "," });
      return;
    case "}":
      scan.containers.pop();
      pushBound(scan, "", { kind: "close" });
      break;
    case ",":
      if (container?.kind !== "object") break;
      container.expectsName = true;
      pushBound(scan, "", { kind: "next" });
      return;
    default:
      break;
  }
  scan.run += character;
};

const pushContainer = (scan: Scan, kind: "object" | "array"): void => {
  scan.containers.push({ kind, expectsName: kind === "object" });
  scan.depth = Math.max(scan.depth, scan.containers.length);
};

const pushBound = (scan: Scan, textBefore: string, bound: Placed): void => {
  scan.run += textBefore;
  flushRun(scan);
  scan.placed.push(bound);
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
