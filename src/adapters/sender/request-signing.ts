import { createHmac } from "node:crypto";
import type { SecretName } from "#src/core/ids.ts";
import { fillSignatureMarks, type SignatureMark, unsignedUrl } from "#src/core/templates/signature-mark.ts";
import { webhookKeyOf } from "#src/core/templates/webhook-key.ts";
import type { OpenedSecrets } from "#src/ports/sender.ts";
import type { ThreadRequest } from "./message-codec.ts";
import type { TargetReader } from "./request-target.ts";
import { secretNamed, setCommand } from "./secret-filling.ts";
import { SenderFault } from "./sender-fault.ts";

export type SigningFacts = {
  readonly secrets: OpenedSecrets;
  /** Of the attempt, epoch milliseconds. */
  readonly at: number;
  readonly readTarget: TargetReader;
};

/** Puts signatures in, over a request whose secrets are filled in already. Throws `SenderFault` when the key is missing or is none. */
export const signRequest = (request: ThreadRequest, facts: SigningFacts): ThreadRequest => {
  const seconds = String(Math.floor(facts.at / 1_000));
  const fill = (mark: SignatureMark): string => {
    switch (mark.kind) {
      case "attempt_time":
        return seconds;
      case "standard_webhooks":
        return standardSignature(request, { seconds, key: standardKey(facts.secrets, mark.secret) });
      case "hmac": {
        const key = secretNamed(facts.secrets, mark.secret);
        return createHmac(mark.algorithm, key).update(signedText(request, facts.readTarget)).digest(mark.output);
      }
    }
  };
  return {
    method: request.method,
    url: fillSignatureMarks(request.url, (mark) => encodeURIComponent(fill(mark))),
    headers: request.headers.map((part) => fillSignatureMarks(part, fill)),
    body: request.body,
  };
};

/** The method, the URL as it is sent, and the body if there is one, each on its line. */
const signedText = ({ method, url, body }: ThreadRequest, readTarget: TargetReader): string => {
  const { origin, path } = readTarget(unsignedUrl(url));
  const head = `${method}\n${origin}${path}`;
  return body === null ? head : `${head}\n${body}`;
};

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const standardSignature = (
  { headers, body }: ThreadRequest,
  { seconds, key }: { readonly seconds: string; readonly key: Buffer },
): string => {
  const id = headers[headers.indexOf("webhook-id") + 1] ?? "";
  return `v1,${createHmac("sha256", key)
    .update(`${id}.${seconds}.${body ?? ""}`)
    .digest("base64")}`;
};

/** One that is no key is as good as missing: its postback waits until it is set anew. */
const standardKey = (secrets: OpenedSecrets, name: SecretName): Buffer => {
  const key = webhookKeyOf(secretNamed(secrets, name));
  if (key === null)
    throw new SenderFault(
      "secret_missing",
      `the secret ${name} is no key of Standard Webhooks, which is whsec_ and base64: ${setCommand(name)}`,
    );
  return Buffer.from(key, "base64");
};
