import { isSurelyCredential } from "./credential-names.ts";
import type { TemplateCode } from "./template-codes.ts";

/** Values of a query that stand in the template as text, and that nobody is likely to mean so. */
export const literalsToDoubt = (url: string): readonly Doubt[] => {
  const [address = ""] = url.split("#");
  const [, ...query] = address.split("?");
  return query
    .join("?")
    .split("&")
    .flatMap((pair): readonly Doubt[] => {
      const [name = "", value = ""] = pair.split("=", 2);
      if (isPlaceholder(name, value)) {
        const message = `${name}=${value} looks like a place that was to be filled in, and goes out as text: write a macro, or leave the parameter out`;
        return [{ code: "template.placeholder_as_text", message }];
      }
      // The value is not repeated: warnings are read by more people than templates.
      if (isSurelyCredential(name.toLowerCase()) && /^(?=.*\d)[A-Za-z0-9_-]{8,}$/.test(value)) {
        const message = `the value of ${name} stands in plain text, for all who see the template or a postback: name it as a secret, and set that with carom secrets set`;
        return [{ code: "template.secret_as_text", message }];
      }
      return [];
    });
};

type Doubt = { readonly code: TemplateCode; readonly message: string };

/** `payout=OPTIONAL`, `amount=AMOUNT`; `currency=USD` and `status=APPROVED` are meant. */
const isPlaceholder = (name: string, value: string): boolean =>
  /^[A-Z][A-Z_]{2,}$/.test(value) && (fillIns.has(value) || squashed(value) === squashed(name));

const fillIns: ReadonlySet<string> = new Set([
  "OPTIONAL",
  "REQUIRED",
  "VALUE",
  "INSERT",
  "REPLACE",
  "CHANGEME",
  "CLICKID",
]);

const squashed = (word: string): string => word.toLowerCase().replace(/[_-]/g, "");
