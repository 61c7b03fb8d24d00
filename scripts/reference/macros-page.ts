import { type DialectName, dialects } from "#src/core/catalog/request-template.ts";
import { writtenIn } from "#src/core/dialects/built-dialects.ts";
import { type EventType, eventTypes } from "#src/core/events/event.ts";
import type { Macro } from "#src/core/macros/macro.ts";
import { macros } from "#src/core/macros/registry.ts";
import { spellingsIn } from "#src/core/macros/spellings.ts";
import { transforms } from "#src/core/transforms/transforms.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

export const macrosPage = (): string =>
  markdownPage(
    "Macros",
    "src/core/macros/ and src/core/transforms/",
    "A template names its dialect: how macros are written in it. All dialects read this one list.",
    markdownTable(
      ["dialect", "written", "parameter, secret", "rules"],
      dialects.map((dialect) => {
        const write = writtenIn[dialect];
        return [code(dialect), code(write(exampleIn(dialect))), references(write), rules[dialect]];
      }),
    ),
    "*From*: `sdk` is reported by the app, `server` is worked out, `link` comes from the attribution link, `parameter` from the integration. A macro marked *personal* names a device or a person: a template over plain HTTP and a privacy template are warned of it. *Never of* lists the types of event that cannot have it.",
    markdownTable(
      ["meaning", ...dialects.map(code), "from", "example", "personal", "never of"],
      macros.map((macro) => [
        `**${macro.label}**: ${macro.meaning}`,
        ...dialects.map((dialect) =>
          spellingsIn(dialect, macro)
            .map((spelling) => code(writtenIn[dialect](spelling)))
            .join(" "),
        ),
        macro.source,
        code(macro.example),
        macro.isPersonal ? "yes" : "",
        typesWithout(macro).map(code).join(" "),
      ]),
    ),
    "## Transforms",
    "Of the `carom` dialect: `{advertising_id|upper|sha1}`, from left to right. An argument with `|`, `:` or a brace stands in single quotes, where `''` is one of them: `{event_time|date:'HH:mm'}`. A value that may not be shared (`N/A`) goes through all of them unchanged; a value that cannot be read as what is asked is missing.",
    markdownTable(
      ["transform", "meaning", "example"],
      transforms.map(({ usage, meaning, example }) => [
        code(`|${usage}`),
        meaning,
        `${code(example.value === "" ? '""' : example.value)} ${code(`|${example.written}`)} → ${code(example.becomes)}`,
      ]),
    ),
  );

const exampleIn = (dialect: DialectName): string =>
  macros.map((macro) => spellingsIn(dialect, macro)[0]).find((spelling) => spelling !== undefined) ?? "";

const references = (write: (spelling: string) => string): string =>
  `${code(write("param.x"))} ${code(write("secret.x"))}`;

const rules: Readonly<Record<DialectName, string>> = {
  appsflyer:
    "Letter case, `-`, `_` and a blank are alike. `$$sdk(x)`, `$$click(x)` and `{x}` are read too. Text in round brackets that is no name is text.",
  leanplum: "The exact name, with its blanks and letter case. Single braces are text.",
  adobe:
    "Without regard to letter case. `{key}` is any key of the event's context data, `{%name%}` a reserved token. Other braces are text. Values in a body are percent-encoded unless its content type is JSON.",
  carom:
    "The exact name. `{event_value.x}`, `{context.x}` and `{extra.x}` are members of the event value, of context data, and undeclared ones. Braces around a word are always a macro; `{'{x}'}` goes out as `{x}`; braces of JSON need no escape.",
};

const typesWithout = (macro: Macro): readonly EventType[] =>
  eventTypes.filter((type) => !macro.eventTypes.includes(type));
