import { z } from "zod";
import { notationProposalWire } from "./notation-proposal.ts";

/** One thing that is wrong, where it is, and how to mend it. */
export const problemEntry = z.strictObject({
  path: z.string().meta({ description: "Place in the body, query or document: `partners[0].templates[1].url`." }),
  code: z.string(),
  message: z.string(),
  proposal: z
    .string()
    .optional()
    .meta({ description: "Text that may be put in place of the whole field, where there is one to propose." }),
  line: z.int().optional().meta({ description: "Line in the document as it was sent, counted from 1." }),
});
export type ProblemEntry = z.output<typeof problemEntry>;

/** The body of every refusal: RFC 9457, with a stable code. */
export const problemDocument = z
  .strictObject({
    type: z.string().meta({ description: "Address of the code's description." }),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(problemEntry).optional(),
    proposal: notationProposalWire
      .optional()
      .meta({ description: "Of a template whose URL is written in another dialect than it says." }),
    request_id: z.string(),
  })
  .meta({ id: "Problem", description: "Why a request was refused (RFC 9457)." });
export type ProblemDocument = z.output<typeof problemDocument>;

export const problemMediaType = "application/problem+json; charset=utf-8";
