import { z } from "zod";
import { sendForValues } from "#src/core/catalog/catalog.ts";
import { dialects } from "#src/core/catalog/request-template.ts";
import { closedObject } from "./closed-object.ts";
import { galleryAnswer } from "./gallery-document.ts";
import { searchText } from "./list-query.ts";
import { notationChangeWire } from "./notation-proposal.ts";
import { problemEntry } from "./problem-document.ts";
import { defineRoute, jsonBody, jsonOk, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

const galleryPartnerWire = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    about: z.string(),
    sources: z.array(z.string()),
    checks: z.array(z.string()).meta({ description: "What is to be known of the partner's answers and values." }),
    answers: z.array(galleryAnswer).meta({ description: "What the partner answers, and what it means by it." }),
    parameters: z.record(z.string(), z.string()).meta({ description: "What an integration fills in, and what it is." }),
    secrets: z.record(z.string(), z.string()).meta({ description: "Named secrets to set, and what they are." }),
    send_for: z.enum(sendForValues).meta({
      description: "Whose events it wants, as a rule: those of every source, as a tracker does, or its own.",
    }),
    notes: z.array(z.string()).meta({ description: "Which events count as its own, and what to set." }),
    partner: z.looseObject({}).meta({ description: "The partner as a catalog document has it." }),
  })
  .meta({ id: "GalleryPartner" });
export type GalleryPartnerWire = z.output<typeof galleryPartnerWire>;

const headersWire = z.record(z.string(), z.string().max(8192)).default({});
const textLengthMax = 262_144;
/** Of a pasted URL: four times what a stored one may have, since damage makes it longer. */
const urlLengthMax = 8192;
/** Of a part: more are for nobody to look through. */
export const changesToldMax = 200;

const partProposal = z.strictObject({
  text: z
    .string()
    .nullable()
    .meta({ description: "The part in the proposed dialect; null where nothing can be proposed." }),
  message: z.string().nullable().meta({ description: "Why nothing can be proposed, and what to write." }),
  changes: z
    .array(notationChangeWire)
    .max(changesToldMax)
    .meta({ description: `What was changed, in its order: the first ${changesToldMax}.` }),
});
const templateProposalWire = z
  .strictObject({
    dialect: z
      .enum(dialects)
      .nullable()
      .meta({ description: "In which the whole is proposed; null where it cannot be." }),
    url: partProposal,
    body: partProposal.nullable(),
    headers: z.record(z.string(), partProposal),
    parameters: z.array(z.string()).meta({ description: "Names that an integration would fill in." }),
    secrets: z.array(z.string()).meta({ description: "Names of secrets that are to be set." }),
    lints: z.array(problemEntry).meta({ description: "What the catalog would say of the proposed template." }),
  })
  .meta({ id: "TemplateProposal" });
export type TemplateProposalWire = z.output<typeof templateProposalWire>;

export const galleryRoutes = {
  listGallery: defineRoute({
    operation: "listGallery",
    group: "gallery",
    method: "GET",
    path: "/v1/partner-gallery",
    summary: "The partners whose requests ship with Carom.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: noBody,
    ok: jsonOk(
      200,
      "The gallery.",
      z.strictObject({ data: z.array(galleryPartnerWire) }).meta({ id: "PartnerGallery" }),
    ),
    refusals: [],
  }),
  readGalleryPartner: defineRoute({
    operation: "readGalleryPartner",
    group: "gallery",
    method: "GET",
    path: "/v1/partner-gallery/{id}",
    summary: "One of them.",
    access: atLeast("viewer"),
    params: z.strictObject({ id: searchText }),
    query: none,
    body: noBody,
    ok: jsonOk(200, "The partner.", galleryPartnerWire),
    refusals: ["gallery.not_found"],
  }),
  proposeTemplate: defineRoute({
    operation: "proposeTemplate",
    group: "gallery",
    method: "POST",
    path: "/v1/templates/propose",
    summary:
      "What to make of a pasted request, in whatever notation: a dialect, each placeholder with the macro that it means, damage by HTML repaired. Nothing is saved.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: jsonBody(
      closedObject({
        url: z.string().min(1).max(urlLengthMax),
        body: z.string().max(textLengthMax).nullable().default(null),
        headers: headersWire,
        content_type: z.string().nullable().default(null),
      }),
    ),
    ok: jsonOk(200, "The proposal, for people to look at.", templateProposalWire),
    refusals: [],
  }),
} as const;
