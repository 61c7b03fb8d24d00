import { dialects } from "#src/core/catalog.ts";
import { dialectNamed } from "#src/core/dialects/built-dialects.ts";
import { type EventType, eventTypes } from "#src/core/event.ts";
import type { Macro } from "#src/core/macros/macro.ts";
import { macros } from "#src/core/macros/registry.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

export const macrosPage = (): string =>
  markdownPage(
    "Macros",
    "src/core/macros/",
    `Dialects that can be written today: ${dialects
      .filter((name) => dialectNamed(name) !== null)
      .map(code)
      .join(
        ", ",
      )}. In \`appsflyer\` a macro stands in round brackets, \`(event-name)\`; letter case, \`-\`, \`_\` and a blank are alike, and \`$$sdk(x)\` and \`$$click(x)\` are read too. \`(param.x)\` is a parameter of the integration, \`(secret.x)\` a named secret, put in when the postback is sent.`,
    "*From*: `sdk` is reported by the app, `server` is worked out, `link` comes from the attribution link, `parameter` from the integration. A macro marked *personal* names a device or a person: a template over plain HTTP and a privacy template are warned of it. *Never of* lists the types of event that cannot have it.",
    markdownTable(
      ["macro", "also written", "from", "meaning", "example", "personal", "never of"],
      macros.map((macro) => [
        code(`(${suggestedSpelling(macro)})`),
        otherSpellings(macro).map(code).join(" "),
        macro.source,
        macro.meaning,
        macro.example === "" ? "" : code(macro.example),
        macro.isPersonal ? "yes" : "",
        typesWithout(macro).map(code).join(" "),
      ]),
    ),
  );

const typesWithout = (macro: Macro): readonly EventType[] =>
  eventTypes.filter((type) => !macro.eventTypes.includes(type));

const suggestedSpelling = (macro: Macro): string => macro.spellings.appsflyer?.[0] ?? macro.name;

const otherSpellings = (macro: Macro): readonly string[] => [
  ...new Set([...(macro.spellings.appsflyer ?? []), macro.name].filter((name) => name !== suggestedSpelling(macro))),
];
