import type { SecretName } from "#src/core/ids.ts";
import type { DigestOutput } from "#src/core/templates/secret-mark.ts";

export const signingAlgorithms = ["sha256", "sha1", "sha512"] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/**
 * How a partner can tell that a request is Carom's. The key is a named secret, so that requests are
 * signed at the attempt.
 *
 * `standard_webhooks` signs bodies, as https://www.standardwebhooks.com says: headers webhook-id,
 * webhook-timestamp and webhook-signature.
 * `hmac` signs, one under the other, the method, the URL (without the signature's own parameter) and
 * the body if there is one.
 */
export type Signing =
  | { readonly kind: "standard_webhooks"; readonly secret: SecretName }
  | {
      readonly kind: "hmac";
      readonly secret: SecretName;
      readonly algorithm: SigningAlgorithm;
      readonly output: DigestOutput;
      readonly place: "header" | "query";
      /** Of the header or parameter. */
      readonly name: string;
      /** Stands before the signature: `sha256=`. */
      readonly prefix: string;
    };
