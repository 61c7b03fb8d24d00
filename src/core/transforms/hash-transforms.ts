import { secretName } from "#src/core/ids.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { DigestOutput } from "#src/core/templates/secret-mark.ts";
import type { Transform } from "./transform.ts";

/** The digest of the UTF-8 bytes, in lower-case hex or in base64 of its bytes. */
const digest = (name: "md5" | "sha1" | "sha256", label: string, becomes: string): Transform => ({
  name,
  usage: `${name}:output`,
  meaning: `${label} in lower-case hex, or with \`${name}:base64\` in base64.`,
  example: { value: "abc", written: name, becomes },
  compile: (args) => {
    const output = outputOf(args);
    if (output === null) return `takes hex or base64, such as ${name}:base64`;
    const hash = (value: string, hashes: Hashes): string => hashes[name](value);
    return {
      kind: "change",
      form: "text",
      apply: output === "hex" ? hash : (value, hashes) => Uint8Array.fromHex(hash(value, hashes)).toBase64(),
    };
  },
});

const outputOf = ([output = "hex", ...more]: readonly string[]): DigestOutput | null =>
  more.length === 0 && (output === "hex" || output === "base64") ? output : null;

const secretPattern = /^[A-Za-z0-9_.-]{1,64}$/;

export const hashTransforms: readonly Transform[] = [
  digest("md5", "MD5", "900150983cd24fb0d6963f7d28e17f72"),
  digest("sha1", "SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
  digest("sha256", "SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  {
    name: "hmac",
    usage: "hmac:secret:output",
    meaning:
      "HMAC-SHA-256 under the named secret, in lower-case hex or in base64. As the last transform: it is worked out at the attempt.",
    example: {
      value: "The quick brown fox jumps over the lazy dog",
      written: "hmac:key",
      becomes: "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
    },
    compile: ([secret = "", ...rest]) => {
      const output = outputOf(rest);
      if (output === null || !secretPattern.test(secret)) {
        return "takes the name of a secret, and hex or base64, such as hmac:signing_key:base64";
      }
      return { kind: "keyed_hash", key: { secret: secretName(secret), output } };
    },
  },
];
