import { stringify } from "yaml";
import { z } from "zod";
import { sendForValues } from "#src/core/catalog/catalog.ts";
import { closedObject } from "./closed-object.ts";
import type { PlacedProblem } from "./document-text.ts";
import { partnerDocument } from "./partner-document.ts";
import { type SchemaCodes, schemaProblems } from "./schema-problems.ts";
import { readYamlDocument } from "./yaml-document.ts";

const line = z.string().min(1).max(1000);

/** What a partner answers, and what it means by it: the success test of its file has to say the same. */
export const galleryAnswer = z
  .strictObject({
    means: z.enum(["taken", "refused"]),
    status: z.int().min(100).max(599).default(200),
    body: z.string().max(4096).default(""),
    source: line.meta({ description: "Where the partner, or who has seen it, says so; or that it is only typical." }),
  })
  .meta({ id: "GalleryAnswer" });

/**
 * A partner of the gallery, one file each in `partners/`, named by its id: what the partner asks for, and where that is
 * said. `partner` stands as in the catalog, without id, name and parameters.
 */
export const galleryDocument = closedObject({
  name: line,
  about: line.meta({ description: "One line: what the partner is, and what it is told." }),
  sources: z.array(line).min(1).meta({ description: "Where the partner, or who uses it, says so." }),
  checks: z.array(line).min(1).meta({
    description: "What is to be known of its answers and values, as its sources say; or that they say nothing.",
  }),
  answers: z.array(galleryAnswer).default([]).meta({
    description:
      "Answers and what they mean; a partner whose success test reads the body has one of each kind at least.",
  }),
  parameters: z.record(z.string(), line).default({}).meta({ description: "What an integration fills in, by name." }),
  secrets: z.record(z.string(), line).default({}).meta({ description: "Secrets that its templates name." }),
  send_for: z.enum(sendForValues).default("partner_only").meta({
    description: "Whose events it wants, as a rule: a tracker those of every source. For people; mappings say it.",
  }),
  partner: partnerDocument.omit({ id: true, name: true, parameters: true }),
});

export type GalleryPartner = z.output<typeof galleryDocument> & {
  readonly id: string;
  /** The partner of the file as it is written, with id, name and parameters: as a catalog document takes it. */
  readonly document: Readonly<Record<string, unknown>>;
};
export type GalleryReading =
  | { readonly kind: "read"; readonly partner: GalleryPartner }
  | { readonly kind: "refused"; readonly problems: readonly PlacedProblem[] };

const codes: SchemaCodes = {
  unknownField: "catalog.unknown_field",
  missing: "catalog.missing",
  type: "catalog.type",
  value: "catalog.value",
};

/** Reads one file of the gallery. */
export const readGalleryPartner = (id: string, text: string): GalleryReading => {
  const reading = readYamlDocument(text);
  if (reading.kind === "refused") return reading;
  const parsed = galleryDocument.safeParse(reading.value, { reportInput: true });
  if (!parsed.success) {
    const problems = schemaProblems(parsed.error.issues, codes);
    return {
      kind: "refused",
      problems: problems.map((problem) => ({ ...problem, line: reading.lineOf(problem.path) })),
    };
  }
  const written = memberOf(reading.value, "partner");
  const { name, parameters } = parsed.data;
  const document = { id, name, ...written, parameters: Object.keys(parameters) };
  return { kind: "read", partner: { ...parsed.data, id, document } };
};

/** A catalog file with this partner alone. */
export const catalogFileOf = ({ document }: GalleryPartner): string =>
  stringify({ carom: 1, partners: [document] }, { lineWidth: 0 }).trimEnd();

const memberOf = (value: unknown, name: string): object => {
  const member: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : null;
  return typeof member === "object" && member !== null ? member : {};
};
