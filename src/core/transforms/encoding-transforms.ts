import { encodeJsonValue } from "#src/core/templates/encode-value.ts";
import type { Transform } from "./transform.ts";

const utf8 = new TextEncoder();

export const encodingTransforms: readonly Transform[] = [
  {
    name: "base64",
    usage: "base64:alphabet",
    meaning: "The UTF-8 bytes in base64, or with `base64:url` in its URL alphabet without padding.",
    example: { value: "a?>", written: "base64:url", becomes: "YT8-" },
    compile: (args) => {
      const [alphabet] = args;
      if (args.length === 0) {
        return { kind: "change", form: "text", apply: (value) => utf8.encode(value).toBase64() };
      }
      if (args.length > 1 || alphabet !== "url") return "takes nothing, or url: base64:url";
      const apply = (value: string): string =>
        utf8.encode(value).toBase64({ alphabet: "base64url", omitPadding: true });
      return { kind: "change", form: "text", apply };
    },
  },
  {
    name: "hex",
    usage: "hex",
    meaning: "The UTF-8 bytes in lower-case hex.",
    example: { value: "aé", written: "hex", becomes: "61c3a9" },
    compile: (args) =>
      args.length > 0
        ? "takes no argument"
        : { kind: "change", form: "text", apply: (value) => utf8.encode(value).toHex() },
  },
  {
    name: "json",
    usage: "json",
    meaning: "The value as JSON: text in quotes, a number, flag or JSON value as it is.",
    example: { value: 'say "hi"', written: "json", becomes: '"say \\"hi\\""' },
    compile: (args, form) =>
      args.length > 0 ? "takes no argument" : { kind: "change", form: "json", apply: encodeJsonValue(form) },
  },
];
