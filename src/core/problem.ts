/** What is wrong with an input, where, and how to mend it. Whoever meets several reports all of them. */
export type Problem = {
  /** Names and indexes of the wire form, outermost first: `["partners", 0, "templates", 1, "url"]`. */
  readonly path: readonly (string | number)[];
  /** Stable, from one table (`contract/error-codes.ts` documents them): `template.macro_unknown`. */
  readonly code: string;
  /** Names the field and the fix. */
  readonly message: string;
  /** Text that may be put in place of the whole field, where there is one to propose. */
  readonly proposal?: string;
};

/** More are not told of one catalog, nor warned of: whoever mends a hundred asks again. */
export const problemsMax = 100;

/** `apps[0].integrations[2].partner_id` */
export const pathText = (path: Problem["path"]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
