import type { Catalog } from "#src/core/catalog/catalog.ts";
import { appOfKey, type CatalogPart, catalogOfParts } from "#src/core/catalog/catalog-part.ts";
import { changedParts } from "#src/core/catalog/changed-parts.ts";
import { appId, type PartKey } from "#src/core/ids.ts";
import { parseJson } from "#src/core/json/parse-json.ts";
import type { Problem } from "#src/core/problem.ts";
import { partText, readPart } from "./part-documents.ts";
import { SharedParts } from "./shared-parts.ts";

type StoredPart = { readonly key: PartKey; readonly document: string };

export type PartsReading =
  | { readonly kind: "read"; readonly catalog: Catalog }
  /** The part that cannot be read, and why. */
  | { readonly kind: "refused"; readonly key: PartKey; readonly problems: readonly Problem[] };

/** Puts a catalog together from what is stored of it. */
export const readCatalogParts = (stored: readonly StoredPart[], revision: number): PartsReading => {
  const parts: CatalogPart[] = [];
  const shared = new SharedParts();
  for (const { key, document } of stored) {
    const app = key.startsWith("integration/") ? appOfKey(key) : null;
    const known = app === null ? null : shared.integrationOf(document);
    if (app !== null && known !== null) {
      parts.push({ kind: "integration", appId: appId(app), value: known });
      continue;
    }
    const parsed = parseJson(document);
    const reading = readPart(key, parsed.kind === "not_json" ? null : parsed.value);
    if (reading.kind === "refused") return { kind: "refused", key, problems: reading.problems };
    const { part } = reading;
    parts.push(part.kind === "integration" ? { ...part, value: shared.add(document, part.value) } : part);
  }
  return { kind: "read", catalog: catalogOfParts(parts, revision) };
};

/** A part as it is to be stored; null where it is no more. */
export type PartChange = { readonly key: PartKey; readonly document: string | null };

/** What is to be stored so that the one catalog takes the place of the other: parts whose wire form is another. */
export const partChanges = (before: Catalog, after: Catalog): readonly PartChange[] =>
  changedParts(before, after).flatMap(({ key, before: old, after: fresh }) => {
    const document = fresh === null ? null : partText(fresh);
    return old !== null && document === partText(old) ? [] : [{ key, document }];
  });
