import { z } from "zod";
import type { SuccessTest } from "#src/core/postbacks/receiver.ts";
import { statusRangeText } from "#src/core/postbacks/status-range-text.ts";
import { closedObject } from "./closed-object.ts";
import { plainField, statusField } from "./document-fields.ts";

const textLengthMax = 1000;
const testText = (description: string) => z.string().min(1).max(textLengthMax).meta({ description });
const pointerText = z
  .string()
  .max(textLengthMax)
  .regex(/^(?:\/.*)?$/s, { error: "must be a JSON pointer such as /status" })
  .meta({ description: "RFC 6901, with `value` or `not_value`." });
const pointedValue = (description: string) => plainField.meta({ description });
const ignoreCase = z.boolean().optional().meta({ description: "Whether capital and small letters are alike." });

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
        closedObject({ contains: testText("Stands in the body."), ignore_case: ignoreCase }),
        closedObject({ not_contains: testText("Does not stand in it."), ignore_case: ignoreCase }),
        closedObject({
          equals: testText("Is the whole body, but for white space around it."),
          ignore_case: ignoreCase,
        }),
        closedObject({ not_equals: testText("Is not the whole body."), ignore_case: ignoreCase }),
        closedObject({
          pointer: pointerText,
          value: pointedValue("Stands at the pointer, as text."),
          ignore_case: ignoreCase,
        }),
        closedObject({
          pointer: pointerText,
          not_value: pointedValue("Does not stand there: another does, none does, or the body is no JSON."),
          ignore_case: ignoreCase,
        }),
      ],
      {
        error:
          "must be `any`, { contains: … }, { not_contains: … }, { equals: … }, { not_equals: … }, { pointer: /…, value: … } or { pointer: /…, not_value: … }, each with `ignore_case: true` where letters may be capital or small",
      },
    )
    .default("any")
    .meta({
      description:
        "`any`, or what the first 256 KiB of the body must say besides: text in it (`contains`), the whole of it (`equals`), or the value at a JSON pointer (`value`), or not these. Of a longer body neither `equals` nor what begins with `not_` ever holds.",
    }),
});

type BodyDocument = z.output<typeof successDocument>["body"];

export const successFromDocument = ({ statuses, body }: z.output<typeof successDocument>): SuccessTest => ({
  statuses,
  body: bodyTestOf(body),
});

const bodyTestOf = (body: BodyDocument): SuccessTest["body"] => {
  if (body === "any") return { kind: "any" };
  const ignoresCase = body.ignore_case === true;
  if ("contains" in body) return { kind: "contains", text: body.contains, ignoresCase };
  if ("not_contains" in body) return { kind: "not_contains", text: body.not_contains, ignoresCase };
  if ("equals" in body) return { kind: "equals", text: body.equals, ignoresCase };
  if ("not_equals" in body) return { kind: "not_equals", text: body.not_equals, ignoresCase };
  const { pointer } = body;
  if ("value" in body) return { kind: "json", pointer, value: body.value, ignoresCase };
  return { kind: "not_json", pointer, value: body.not_value, ignoresCase };
};

export const successToDocument = ({ statuses, body }: SuccessTest): z.input<typeof successDocument> => ({
  statuses: statuses.map(statusRangeText),
  body: bodyToDocument(body),
});

const bodyToDocument = (body: SuccessTest["body"]): z.input<typeof successDocument>["body"] => {
  if (body.kind === "any") return "any";
  const inCase = body.ignoresCase ? { ignore_case: true } : {};
  switch (body.kind) {
    case "contains":
      return { contains: body.text, ...inCase };
    case "not_contains":
      return { not_contains: body.text, ...inCase };
    case "equals":
      return { equals: body.text, ...inCase };
    case "not_equals":
      return { not_equals: body.text, ...inCase };
    case "json":
      return { pointer: body.pointer, value: body.value, ...inCase };
    case "not_json":
      return { pointer: body.pointer, not_value: body.value, ...inCase };
  }
};
