import { clientVariables, describeSettings } from "#src/main/config.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

/** Defaults that the machine decides: the page must read the same wherever it is made. */
const defaultsOfTheMachine: Readonly<Record<string, string>> = { CAROM_SENDER_THREADS: "cores − 1, at least 1" };

export const configPage = (): string =>
  markdownPage(
    "Settings",
    "src/main/settings.ts",
    "Read from the environment at start. A value that cannot be read stops the start, with a sentence that names the variable; a variable that starts with `CAROM_` and is none of these is told as a warning. An empty value is the default. Some settings are options of `carom serve` too (`--data`, `--port`, …); an option wins.",
    markdownTable(
      ["variable", "default", "unit", "meaning", "why this default"],
      describeSettings().map(({ variable, defaultText, unit, meaning, reason }) => [
        code(variable),
        defaultsOfTheMachine[variable] ?? (defaultText === null || defaultText === "" ? "not set" : code(defaultText)),
        unit ?? "",
        meaning,
        reason,
      ]),
    ),
    "Example, a service behind a proxy on the same machine:",
    "```sh\nCAROM_DATA=/var/lib/carom CAROM_TRUSTED_PROXIES=127.0.0.1 CAROM_LOG_FORMAT=json carom serve\n```",
    "## Of the command line only",
    markdownTable(
      ["variable", "meaning"],
      Object.entries(clientVariables).map(([variable, meaning]) => [code(variable), meaning]),
    ),
    "`NO_COLOR`, `FORCE_COLOR` and `TERM=dumb` are respected.",
  );
