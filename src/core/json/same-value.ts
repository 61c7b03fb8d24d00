/** Whether two plain values are the same, in whatever order their members were written. */
export const isSameValue = (one: unknown, other: unknown): boolean => stableText(one) === stableText(other);

/** JSON text with members in the order of their names. */
export const stableText = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  ) ?? "";
