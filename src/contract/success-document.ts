import { z } from "zod";
import type { SuccessTest } from "#src/core/postbacks/receiver.ts";
import { closedObject } from "./closed-object.ts";
import { plainField, statusField } from "./document-fields.ts";
import { statusRangeText } from "./status-text.ts";

const textLengthMax = 1000;
const testText = z.string().min(1).max(textLengthMax);

/** When an answer counts as heard. */
export const successDocument = closedObject({
  statuses: z
    .array(statusField)
    .default([[200, 299]])
    .meta({ description: "By default 2xx." }),
  body: z
    .union(
      [
        z.literal("any"),
        closedObject({ contains: testText }),
        closedObject({ not_contains: testText }),
        closedObject({
          pointer: z
            .string()
            .max(textLengthMax)
            .regex(/^(?:\/.*)?$/s, { error: "must be a JSON pointer such as /status" }),
          value: plainField,
        }),
      ],
      { error: "must be `any`, { contains: … }, { not_contains: … } or { pointer: /…, value: … }" },
    )
    .default("any")
    .meta({
      description:
        "`any`, or what the first 256 KiB of the body must say besides; a longer body never passes `not_contains`.",
    }),
});

export const successFromDocument = ({ statuses, body }: z.output<typeof successDocument>): SuccessTest => ({
  statuses,
  body: bodyTestOf(body),
});

const bodyTestOf = (body: z.output<typeof successDocument>["body"]): SuccessTest["body"] => {
  if (body === "any") return { kind: "any" };
  if ("contains" in body) return { kind: "contains", text: body.contains };
  if ("not_contains" in body) return { kind: "not_contains", text: body.not_contains };
  return { kind: "json", pointer: body.pointer, value: body.value };
};

export const successToDocument = ({ statuses, body }: SuccessTest): z.input<typeof successDocument> => ({
  statuses: statuses.map(statusRangeText),
  body: bodyToDocument(body),
});

const bodyToDocument = (body: SuccessTest["body"]): z.input<typeof successDocument>["body"] => {
  switch (body.kind) {
    case "any":
      return "any";
    case "contains":
      return { contains: body.text };
    case "not_contains":
      return { not_contains: body.text };
    case "json":
      return { pointer: body.pointer, value: body.value };
  }
};
