import fc from "fast-check";

/** Any string at all, with what has a meaning somewhere more often than by chance. */
export const hostileText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom(
        ...["&", "=", "?", "#", "/", "..", "@", ":", ";", "%", "%26", "%zz", '"', "\\", "{", "}", "[", ",", "null"],
        ...["<", ">", "]]>", "-->", "\r\n", "\u0000", "\u0001", "\u0002", "\ud800", "\udfff"],
        ...["(idfa)", "{idfa}", "$$sdk(idfa)", "{{User ID}}", "{%adid%}", "\u0001url:key\u0002"],
        "\u0001hmac:sha256:hex:key\u0002",
      ),
    ),
    { maxLength: 8 },
  )
  .map((all) => all.join(""));
