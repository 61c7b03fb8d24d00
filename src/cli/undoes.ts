import { contentDifferences, type FieldDifference, type Json } from "#src/contract/catalog-differences.ts";

/** One resource: as it was when a file was exported, as it is on the server by now, and as the file has it; null where it is not. */
type ThreeSides = { readonly exported: Json | null; readonly now: Json | null; readonly file: Json | null };

/**
 * Whether to apply a file takes back what was changed on the server since it was exported. It does where the file still
 * has what was exported, for that is what somebody else's change looks like from here, one's own too. Where the file was
 * edited it says what is wanted: over one's own change that is no question, as when a file is applied, edited and
 * applied again; over another's it is.
 */
export const undoes = ({ exported, now, file }: ThreeSides, isOwn: boolean): boolean => {
  if (now === null || file === null) return true;
  if (exported === null) return !isOwn && contentDifferences(now, file).length > 0;
  const edited = contentDifferences(exported, file);
  return contentDifferences(exported, now).some((drifted) => {
    const same = edited.filter((edit) => isRelated(edit.field, drifted.field));
    if (same.length === 0) return true;
    return !isOwn && !same.some((edit) => isSame(edit, drifted));
  });
};

/** The same field, or one that stands in the other. */
const isRelated = (one: string, other: string): boolean => isWithin(one, other) || isWithin(other, one);
const isWithin = (inner: string, outer: string): boolean =>
  inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);

const isSame = (one: FieldDifference, other: FieldDifference): boolean =>
  one.field === other.field && JSON.stringify(one.after) === JSON.stringify(other.after);
