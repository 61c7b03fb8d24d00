import { type SecretName, secretName } from "#src/core/ids.ts";
import { type DigestOutput, markEnd, markStart } from "#src/core/templates/secret-mark.ts";
import type { Signing, SigningAlgorithm } from "./signing.ts";

/**
 * Where the signature of a request belongs stands a mark, as for a secret: a signature covers the
 * request with its secrets filled in, and one of Standard Webhooks the time of the attempt.
 *
 *   U+0001 `attempt_time` U+0002                                  epoch seconds
 *   U+0001 `standard_webhooks:` secret U+0002
 *   U+0001 `hmac:` algorithm `:` output `:` secret U+0002
 */
export const attemptTimeMark = `${markStart}attempt_time${markEnd}`;

export const signatureMark = (signing: Signing): string => {
  const { kind, secret } = signing;
  const how = kind === "hmac" ? `:${signing.algorithm}:${signing.output}` : "";
  return `${markStart}${kind}${how}:${secret}${markEnd}`;
};

export type SignatureMark =
  | { readonly kind: "attempt_time" }
  | { readonly kind: "standard_webhooks"; readonly secret: SecretName }
  | {
      readonly kind: "hmac";
      readonly algorithm: SigningAlgorithm;
      readonly output: DigestOutput;
      readonly secret: SecretName;
    };

const markPattern =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the marks are control characters on purpose.
  /\u0001(?:(attempt_time)|standard_webhooks:([^:\u0001\u0002]+)|hmac:(sha1|sha256|sha512):(hex|base64):([^:\u0001\u0002]+))\u0002/g;

/** Replaces every mark of a signature by what `fill` answers for it. */
export const fillSignatureMarks = (text: string, fill: (mark: SignatureMark) => string): string => {
  let filled = "";
  let kept = 0;
  for (const match of text.matchAll(markPattern)) {
    filled += text.slice(kept, match.index) + fill(markOf(match));
    kept = match.index + match[0].length;
  }
  return filled + text.slice(kept);
};

const markOf = ([, time, webhookSecret, algorithm, output, secret = ""]: RegExpExecArray): SignatureMark => {
  if (time !== undefined) return { kind: "attempt_time" };
  if (webhookSecret !== undefined) return { kind: "standard_webhooks", secret: secretName(webhookSecret) };
  return {
    kind: "hmac",
    algorithm: algorithm === "sha1" || algorithm === "sha512" ? algorithm : "sha256",
    output: output === "base64" ? "base64" : "hex",
    secret: secretName(secret),
  };
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks are control characters on purpose.
const signatureParameter = /([?&])[^?&=#]*=[^?&#\u0001]*\u0001hmac:[^\u0002]*\u0002(&?)/;

/** What a signature in the query covers: the URL without that parameter, and without a fragment, which is never sent. */
export const unsignedUrl = (url: string): string => {
  const [address = ""] = url.split("#", 1);
  return address.replace(signatureParameter, (_parameter, before: string, after: string) =>
    after === "" ? "" : before,
  );
};
