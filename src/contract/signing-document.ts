import { z } from "zod";
import { secretName } from "#src/core/ids.ts";
import { type Signing, signingAlgorithms } from "#src/core/templates/signing.ts";
import { closedObject } from "./closed-object.ts";

const secretField = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,64}$/, { error: "must be the name of a secret: letters, digits, _ . -" })
  .meta({ description: "Name of the secret that is the key." });

/** How a partner can tell that requests are Carom's. */
export const signingDocument = z.union(
  [
    z.literal("off"),
    closedObject({
      method: z.literal("standard_webhooks").meta({ description: "Signs bodies; the secret is `whsec_` and base64." }),
      secret: secretField,
    }),
    closedObject({
      method: z.literal("hmac").meta({ description: "Signs the method, the URL and the body, each on its line." }),
      secret: secretField,
      algorithm: z.enum(signingAlgorithms).default("sha256"),
      output: z.enum(["hex", "base64"]).default("hex"),
      place: z.enum(["header", "query"]).default("header"),
      name: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: "must be letters, digits, _ and -" })
        .default("signature")
        .meta({ description: "Of the header, or of the last parameter of the query." }),
      prefix: z
        .string()
        .regex(/^[\x21-\x7e]{0,32}$/, { error: "must be at most 32 visible ASCII characters" })
        .default("")
        .meta({ description: "Stands before the signature: `sha256=`." }),
    }),
  ],
  { error: "must be `off`, { method: standard_webhooks, secret } or { method: hmac, secret, … }" },
);

export const signingFromDocument = (document: z.output<typeof signingDocument>): Signing | null => {
  if (document === "off") return null;
  const secret = secretName(document.secret);
  if (document.method === "standard_webhooks") return { kind: "standard_webhooks", secret };
  const { algorithm, output, place, name, prefix } = document;
  return { kind: "hmac", secret, algorithm, output, place, name, prefix };
};

export const signingToDocument = (signing: Signing | null): z.input<typeof signingDocument> => {
  if (signing === null) return "off";
  if (signing.kind === "standard_webhooks") return { method: "standard_webhooks", secret: signing.secret };
  const { secret, algorithm, output, place, name, prefix } = signing;
  return { method: "hmac", secret, algorithm, output, place, name, prefix };
};
