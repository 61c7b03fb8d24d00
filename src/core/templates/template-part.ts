import type { EventView } from "#src/core/events/event-view.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";

/**
 * A compiled text is a flat array of static strings and values. Lists are only there for
 * `drop_parameter`, where an item goes with its value.
 */
export type Part = string | ValuePart | ListPart;

export type ValuePart = {
  readonly kind: "value";
  readonly read: (view: EventView, hashes: Hashes) => string | null;
  readonly encode: (value: string) => string;
  /** What stands there without a value; a `Missing` goes up to the nearest list item, or ends the rendering. */
  readonly whenMissing: string | Missing;
};

/** Parameters of a query or form, members of a JSON object. `lead` stands before the first item that is left. */
export type ListPart = {
  readonly kind: "list";
  readonly lead: string;
  readonly separator: string;
  readonly items: readonly (readonly Part[])[];
};

/** Made once when the template is compiled, so that a skip costs nothing. */
export type Missing = { readonly kind: "macro_missing"; readonly macro: string };

export const fillParts = (parts: readonly Part[], view: EventView, hashes: Hashes): string | Missing => {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") {
      text += part;
    } else if (part.kind === "value") {
      const value = part.read(view, hashes);
      if (value !== null) text += part.encode(value);
      else if (typeof part.whenMissing === "string") text += part.whenMissing;
      else return part.whenMissing;
    } else {
      text += fillList(part, view, hashes);
    }
  }
  return text;
};

const fillList = (list: ListPart, view: EventView, hashes: Hashes): string => {
  let text = "";
  let before = list.lead;
  for (const item of list.items) {
    const filled = fillParts(item, view, hashes);
    if (typeof filled !== "string") continue;
    text += before + filled;
    before = list.separator;
  }
  return text;
};

/** Text and values in order with the bounds of lists among them: what places make of a template. */
export type Placed = Exclude<Part, ListPart> | Bound;
export type Bound =
  | { readonly kind: "open"; readonly lead: string; readonly separator: string }
  | { readonly kind: "next" }
  | { readonly kind: "close" };

/** Without lists: every bound becomes the text it stands for, neighbours are joined. */
export const flatParts = (placed: readonly Placed[]): readonly Part[] => {
  const parts: Part[] = [];
  const separators: string[] = [];
  for (const each of placed) {
    if (typeof each === "string") appendText(parts, each);
    else if (each.kind === "value") parts.push(each);
    else if (each.kind === "open") {
      appendText(parts, each.lead);
      separators.push(each.separator);
    } else if (each.kind === "next") appendText(parts, separators.at(-1) ?? "");
    else separators.pop();
  }
  return parts;
};

/** With lists, for `drop_parameter`. Items without values are joined, and a list without any is plain text. */
export const groupedParts = (placed: readonly Placed[]): readonly Part[] => {
  const outer: Part[] = [];
  const open: { bound: Bound & { kind: "open" }; items: Part[][]; current: Part[] }[] = [];
  const current = (): Part[] => open.at(-1)?.current ?? outer;
  for (const each of placed) {
    if (typeof each === "string") appendText(current(), each);
    else if (each.kind === "value") current().push(each);
    else if (each.kind === "open") open.push({ bound: each, items: [], current: [] });
    else {
      const list = open.at(-1);
      if (list === undefined) continue;
      list.items.push(list.current);
      list.current = [];
      if (each.kind === "next") continue;
      open.pop();
      appendList(current(), {
        kind: "list",
        lead: list.bound.lead,
        separator: list.bound.separator,
        items: list.items,
      });
    }
  }
  return outer;
};

const appendText = (parts: Part[], text: string): void => {
  const last = parts.at(-1);
  if (typeof last === "string") parts[parts.length - 1] = last + text;
  else if (text !== "") parts.push(text);
};

const appendList = (parts: Part[], list: ListPart): void => {
  const items: (readonly Part[])[] = [];
  for (const item of list.items) {
    const last = items.at(-1);
    if (last !== undefined && isStatic(last) && isStatic(item)) {
      items[items.length - 1] = [last.join("") + list.separator + item.join("")];
    } else {
      items.push(item);
    }
  }
  const [only] = items;
  if (items.length === 1 && only !== undefined && isStatic(only)) appendText(parts, list.lead + only.join(""));
  else parts.push({ ...list, items });
};

export const isStatic = (parts: readonly Part[]): parts is readonly string[] =>
  parts.every((part) => typeof part === "string");
