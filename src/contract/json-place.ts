import { findJsonFault } from "#src/core/json/json-fault.ts";

export type JsonPlace = {
  /** Line and column, counted from 1 as editors do. */
  readonly line: number;
  readonly column: number;
  /** The text ends before it is whole. */
  readonly isEnd: boolean;
};

/** Where a text stops being JSON; null for one that is. */
export const jsonFaultPlace = (text: string): JsonPlace | null => {
  const fault = findJsonFault(text);
  if (fault === null) return null;
  const before = text.slice(0, fault).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1, isEnd: fault >= text.trimEnd().length };
};
