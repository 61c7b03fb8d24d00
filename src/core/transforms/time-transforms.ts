import type { MacroForm } from "#src/core/macros/macro.ts";
import { hourFloorText, unixSeconds } from "#src/core/macros/value-forms.ts";
import { readTime } from "#src/core/time-text.ts";
import { compileDateFormat } from "./date-format.ts";
import type { Step, Transform } from "./transform.ts";

const example = "2016-01-04 16:06:07.089";

/** Times are read as events are: RFC 3339, `yyyy-mm-dd hh:mm:ss.sss`, epoch seconds and milliseconds. All of them are UTC. */
const ofInstant = (
  row: Pick<Transform, "name" | "meaning">,
  { becomes, form }: { readonly becomes: string; readonly form: MacroForm },
  write: (at: number) => string | null,
): Transform => ({
  ...row,
  usage: row.name,
  example: { value: example, written: row.name, becomes },
  compile: (args) => (args.length > 0 ? "takes no argument" : { kind: "change", form, ...ofTimes(write) }),
});

const ofTimes = (write: (at: number) => string | null): Pick<Step & { kind: "change" }, "apply" | "ofInstant"> => ({
  apply: (value) => {
    const at = readTime(value);
    return at === null ? null : write(at);
  },
  ofInstant: write,
});

export const timeTransforms: readonly Transform[] = [
  {
    name: "date",
    usage: "date:format",
    meaning:
      "A time (UTC) as yyyy-MM-dd, as `date:iso`, or in a format of yyyy, yy, MM, dd, HH, mm, ss, SSS, T and Z; a format with colons stands in quotes.",
    example: { value: example, written: "date:'dd.MM.yy HH:mm'", becomes: "04.01.16 16:06" },
    compile: (args) => {
      const [format = "yyyy-MM-dd"] = args;
      if (args.length > 1) return "takes one format; with colons in quotes: date:'yyyy-MM-dd HH:mm:ss'";
      const write = compileDateFormat(format);
      if (write === null) {
        return `does not know the format ${JSON.stringify(format)}; it is made of yyyy, yy, MM, dd, HH, mm, ss, SSS, T and Z, or is iso`;
      }
      return { kind: "change", form: "text", ...ofTimes(write) };
    },
  },
  ofInstant(
    { name: "hour_floor", meaning: "A time rounded down to its hour, written yyyy-mm-dd hh:mm:ss.sss." },
    { becomes: "2016-01-04 16:00:00.000", form: "text" },
    hourFloorText,
  ),
  ofInstant(
    { name: "unix_s", meaning: "A time in seconds since 1970." },
    { becomes: "1451923567", form: "number" },
    unixSeconds,
  ),
  ofInstant(
    { name: "unix_ms", meaning: "A time in milliseconds since 1970." },
    { becomes: "1451923567089", form: "number" },
    String,
  ),
];
