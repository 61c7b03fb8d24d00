import { invariant } from "#src/core/invariant.ts";
import type { Setting } from "./setting.ts";
import { type SettingName, settings, variableName } from "./settings.ts";

/** Every setting with its value. */
export type Config = {
  readonly [Name in SettingName]: (typeof settings)[Name] extends Setting<infer Value> ? Value : never;
};

export type Environment = {
  readonly [variable: string]: string | undefined;
  readonly CAROM_URL?: string | undefined;
  readonly CAROM_KEY?: string | undefined;
  readonly NO_COLOR?: string | undefined;
  readonly FORCE_COLOR?: string | undefined;
  readonly TERM?: string | undefined;
};
/** Texts that win over the environment, by the name in the code: what the command line says. */
export type ConfigOverrides = Partial<Readonly<Record<SettingName, string>>>;

export type ConfigReading =
  | { readonly kind: "read"; readonly config: Config; readonly warnings: readonly string[] }
  /** One sentence for each bad value, naming the variable and the fix. */
  | {
      readonly kind: "refused";
      readonly problems: readonly string[];
      /** With the default in the place of each bad value: to look at, not to run by. */
      readonly rest: Config;
    };

/** What the command line asks of the environment beside the settings. */
export type ClientEnvironment = {
  readonly url: string | null;
  readonly key: string | null;
  /** False when NO_COLOR is set (https://no-color.org) or TERM is `dumb`; FORCE_COLOR turns it on where there is no terminal. */
  readonly color: "never" | "always" | "where_seen";
};

/** Variables that are no settings of the server; named here so that they are not taken for misspelt ones. */
export const clientVariables = {
  CAROM_URL: "Address of the server that the command line speaks to, instead of the socket in the data folder.",
  CAROM_KEY: "Key that the command line sends to CAROM_URL.",
} as const;

const settingNames = Object.keys(settings).filter((name): name is SettingName => name in settings);

/** The only reader of the environment. */
export const readConfig = (environment: Environment, overrides: ConfigOverrides = {}): ConfigReading => {
  const problems: string[] = [];
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of settingNames) {
    const override = overrides[name];
    const fromEnvironment = environment[variableName(name)];
    const { defaultText } = settings[name];
    const text = override ?? (fromEnvironment === "" ? undefined : fromEnvironment) ?? defaultText;
    if (text === null) {
      values[name] = null;
      continue;
    }
    const reading = settings[name].read(text);
    if (reading.kind === "read") values[name] = reading.value;
    else {
      problems.push(refusalOf(name, { text, expected: reading.expected, isOverride: override !== undefined }));
      values[name] = defaultOf(name);
    }
  }
  invariant(isComplete(values), "every setting has a default that can be read");
  const missing = problems.length > 0 ? null : missingForOidc(values);
  if (missing !== null) {
    const rest = { ...values, oidcIssuer: null, oidcClientId: null, oidcClientSecret: null };
    return { kind: "refused", problems: [missing], rest };
  }
  if (problems.length > 0) return { kind: "refused", problems, rest: values };
  return { kind: "read", config: values, warnings: misspeltVariables(environment) };
};

const oidcSettings = ["oidcIssuer", "oidcClientId", "oidcClientSecret"] as const satisfies readonly SettingName[];

/** The identity provider is set as a whole, and sends people back to an address that they can reach. */
const missingForOidc = (config: Config): string | null => {
  const set = oidcSettings.filter((name) => config[name] !== null);
  if (set.length === 0) return null;
  const missing = [...oidcSettings, "publicUrl" as const].filter((name) => config[name] === null);
  if (missing.length === 0) return null;
  const names = (of: readonly SettingName[]) => of.map(variableName).join(", ");
  return `${names(set)}: to sign in at an identity provider set ${names(missing)}, too, or none of them.`;
};

const defaultOf = (name: SettingName): unknown => {
  const { defaultText, read } = settings[name];
  if (defaultText === null) return null;
  const reading = read(defaultText);
  return reading.kind === "read" ? reading.value : undefined;
};

/** The environment of this process: nothing else in Carom touches it. */
export const processEnvironment = (): Environment => process.env;

/** A thread turns the compile cache on for itself, and only by this variable before its first import. */
export const shareCompileCache = (directory: string): void => {
  Object.assign(process.env, { NODE_COMPILE_CACHE: directory });
};

export const readClientEnvironment = (environment: Environment): ClientEnvironment => {
  const forced = environment.FORCE_COLOR;
  const isPlain = (environment.NO_COLOR ?? "") !== "" || environment.TERM === "dumb";
  return {
    url: environment.CAROM_URL || null,
    key: environment.CAROM_KEY || null,
    color: isPlain ? "never" : forced !== undefined && forced !== "0" ? "always" : "where_seen",
  };
};

/** Rows of the configuration reference, in the order of the table. */
export const describeSettings = (): readonly {
  readonly variable: string;
  readonly defaultText: string | null;
  readonly unit: string | null;
  readonly meaning: string;
  readonly reason: string;
}[] => settingNames.map((name) => ({ variable: variableName(name), ...settings[name] }));

/** Each value comes from the setting of the same name, so a complete record has the types of the table. */
const isComplete = (values: Partial<Record<SettingName, unknown>>): values is Config =>
  settingNames.every((name) => values[name] !== undefined);

const secretSettings: readonly SettingName[] = [
  "encryptionKey",
  "encryptionKeyPrevious",
  "mailUrl",
  "oidcClientSecret",
];

/** By variable, as one would write it; empty where there is none. */
export type ShownSettings = Readonly<Record<string, string>>;

/** What a server runs with, for its operator; secrets are left out. */
export const shownSettings = (config: Config): ShownSettings =>
  Object.fromEntries(
    settingNames
      .filter((name) => !secretSettings.includes(name))
      .map((name) => {
        const value: unknown = config[name];
        return [variableName(name), Array.isArray(value) ? value.join(",") : String(value ?? "")];
      }),
  );

const refusalOf = (
  name: SettingName,
  value: { readonly text: string; readonly expected: string; readonly isOverride: boolean },
): string => {
  const where = value.isOverride ? `--${optionName(name)}` : variableName(name);
  const shown = secretSettings.includes(name) ? "its value" : `"${value.text}"`;
  return `${where}: ${shown} is not ${value.expected}.`;
};

/** `logLevel` is `--log-level`. */
const optionName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A misspelt variable is silently the default otherwise, and nobody finds out why. */
const misspeltVariables = (environment: Environment): readonly string[] => {
  const known = new Set<string>([...settingNames.map(variableName), ...Object.keys(clientVariables)]);
  return Object.keys(environment)
    .filter((variable) => variable.startsWith("CAROM_") && !known.has(variable))
    .map((variable) => {
      const near = [...known].find((candidate) => isNear(candidate, variable));
      return `${variable} is not a setting of Carom${near === undefined ? "" : `; did you mean ${near}?`}`;
    });
};

/** Equal but for two letters exchanged, one changed, one missing or one too many. */
const isNear = (known: string, given: string): boolean => {
  if (Math.abs(known.length - given.length) > 1) return false;
  let start = 0;
  while (start < known.length && known[start] === given[start]) start += 1;
  const restOf = (text: string, skip: number): string => text.slice(start + skip);
  const isSwapped = known[start] === given[start + 1] && known[start + 1] === given[start];
  return (
    restOf(known, 1) === restOf(given, 1) ||
    restOf(known, 1) === restOf(given, 0) ||
    restOf(known, 0) === restOf(given, 1) ||
    (isSwapped && restOf(known, 2) === restOf(given, 2))
  );
};
