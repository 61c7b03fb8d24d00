import { createHmac } from "node:crypto";
import type { SecretName } from "#src/core/ids.ts";
import { encodeUrl, encodeXml } from "#src/core/templates/encode-value.ts";
import { fillSecretMarks, hasSecretMark, type SecretMark, type SecretPlace } from "#src/core/templates/secret-mark.ts";
import type { OpenedSecrets } from "#src/ports/sender.ts";
import type { ThreadRequest } from "./message-codec.ts";
import { SenderFault } from "./sender-fault.ts";

/** A request with its secrets in place, and what takes them out of any text again. Marks of signatures are left. */
export type FilledRequest = {
  readonly request: ThreadRequest;
  /** Null when the request holds no mark at all. */
  readonly mask: ((text: string) => string) | null;
};

/** Puts secrets in at the attempt. Throws `SenderFault` when one is missing or cannot stand in its place. */
export const fillSecrets = (request: ThreadRequest, secrets: OpenedSecrets): FilledRequest => {
  if (!holdsMark(request)) return { request, mask: null };
  const written = new Map<string, SecretName>();
  const fill = ({ place, name, hashed }: SecretMark): string => {
    const secret = secretNamed(secrets, name);
    if (hashed !== null) {
      return encodeFor(place, createHmac("sha256", secret).update(hashed.value).digest(hashed.output));
    }
    if (place === "header" && unfitForHeader.test(secret)) {
      // The operator's to mend, like one that is not there: the postback waits, and is as it should be afterwards.
      throw new SenderFault(
        "secret_missing",
        `the secret ${name} cannot stand in a header: it has a line break or another sign that headers do not take; set it anew: ${setCommand(name)}`,
      );
    }
    const text = encodeFor(place, secret);
    written.set(secret, name).set(text, name);
    return text;
  };
  const filled = {
    method: request.method,
    url: fillSecretMarks(request.url, fill),
    headers: request.headers.map((part) => fillSecretMarks(part, fill)),
    body: request.body === null ? null : fillSecretMarks(request.body, fill),
  };
  return { request: filled, mask: maskOf(written) };
};

export const secretNamed = (secrets: OpenedSecrets, name: SecretName): string => {
  const secret = secrets.get(name);
  if (secret === undefined)
    throw new SenderFault("secret_missing", `there is no secret named ${name}: ${setCommand(name)}`);
  if (secret === null)
    throw new SenderFault(
      "secret_missing",
      `the secret ${name} is set and cannot be opened, it was sealed with another encryption key or is damaged: start with the key of its time (encryption.key), or set it anew: ${setCommand(name)}`,
    );
  return secret;
};

/** Another account's secret is kept under `<account>/<name>`, and set by that account under the name alone. */
export const setCommand = (name: SecretName): string => `\`carom secrets set ${name.slice(name.indexOf("/") + 1)}\``;

const holdsMark = ({ url, headers, body }: ThreadRequest): boolean => {
  if (hasSecretMark(url) || (body !== null && hasSecretMark(body))) return true;
  for (const part of headers) if (hasSecretMark(part)) return true;
  return false;
};

/** RFC 9110 5.5: visible signs, blanks and tabs, and Latin-1, as the head of a request is written. */
const unfitForHeader = /[^\t\u0020-\u007e\u0080-\u00ff]/;

const encodeFor = (place: SecretPlace, secret: string): string => {
  switch (place) {
    case "url":
    case "form":
      return encodeUrl(secret);
    case "json":
      return JSON.stringify(secret).slice(1, -1);
    case "xml":
      return encodeXml(secret);
    case "header":
    case "plain":
      return secret;
  }
};

/**
 * A receiver may say back what it was sent, in a body or in the address of a redirect. Shorter
 * secrets than this are left: they stand in any text, and taking them out would ruin it.
 */
const maskedCharactersMin = 4;

const maskOf = (written: ReadonlyMap<string, SecretName>): ((text: string) => string) => {
  const longestFirst = [...written]
    .filter(([text]) => text.length >= maskedCharactersMin)
    .sort(([one], [other]) => other.length - one.length);
  return (text) => {
    let masked = text;
    for (const [secret, name] of longestFirst) masked = masked.replaceAll(secret, () => `[secret ${name}]`);
    return masked;
  };
};
