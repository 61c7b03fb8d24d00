import { isIP } from "node:net";

/** What a setting's text means, or the sentence that says what it should have been. */
export type SettingReading<Value> =
  | { readonly kind: "read"; readonly value: Value }
  | { readonly kind: "refused"; readonly expected: string };

/** One setting: how its text is read, and what the documentation says of it. `docs/reference/config.md` is made from these. */
export type Setting<Value> = {
  /** As one would write it in the environment; null where it has none. */
  readonly defaultText: string | null;
  /** Null for what is not counted. */
  readonly unit: string | null;
  readonly meaning: string;
  /** Why the default is what it is. */
  readonly reason: string;
  readonly read: (text: string) => SettingReading<Value>;
};

type Words = { readonly meaning: string; readonly reason: string };

const accepted = <Value>(value: Value): SettingReading<Value> => ({ kind: "read", value });
const refused = (expected: string): SettingReading<never> => ({ kind: "refused", expected });

export const integerSetting = (
  spec: Words & { readonly default: number; readonly unit: string; readonly min: number; readonly max: number },
): Setting<number> => ({
  defaultText: String(spec.default),
  unit: spec.unit,
  meaning: spec.meaning,
  reason: spec.reason,
  read: (text) => {
    const value = Number(text);
    const isWhole = /^\d+$/.test(text) && Number.isSafeInteger(value);
    if (isWhole && value >= spec.min && value <= spec.max) return accepted(value);
    return refused(`a whole number${spec.unit === "port" ? "" : ` of ${spec.unit}`} from ${spec.min} to ${spec.max}`);
  },
});

export const textSetting = (spec: Words & { readonly default: string }): Setting<string> => ({
  defaultText: spec.default,
  unit: null,
  meaning: spec.meaning,
  reason: spec.reason,
  read: (text) => (text.trim() === "" ? refused("a text that is not empty") : accepted(text)),
});

/** A text that may be left out; then it is null. */
export const optionalTextSetting = (
  spec: Words & { readonly pattern?: RegExp; readonly expected?: string },
): Setting<string | null> => ({
  defaultText: null,
  unit: null,
  meaning: spec.meaning,
  reason: spec.reason,
  read: (text) => {
    if (text.trim() === "") return refused(spec.expected ?? "a text that is not empty");
    return spec.pattern === undefined || spec.pattern.test(text) ? accepted(text) : refused(spec.expected ?? "a text");
  },
});

export const choiceSetting = <Choice extends string>(
  spec: Words & { readonly default: Choice; readonly choices: readonly Choice[] },
): Setting<Choice> => ({
  defaultText: spec.default,
  unit: null,
  meaning: spec.meaning,
  reason: spec.reason,
  read: (text) => {
    const choice = spec.choices.find((candidate) => candidate === text);
    return choice === undefined ? refused(`one of ${spec.choices.join(", ")}`) : accepted(choice);
  },
});

/** Addresses and networks, split by commas. A bare address is a network of one. */
export const networkListSetting = (spec: Words): Setting<readonly string[]> =>
  listSetting(spec, {
    isPart: isNetwork,
    normal: (text) => (text.includes("/") ? text : `${text}/${isIP(text) === 4 ? 32 : 128}`),
    expected: "addresses or CIDR networks split by commas, such as 10.1.2.3 or 10.0.0.0/8",
  });

/** Servers by their address, each with a port if it is not the usual one. */
export const serverListSetting = (spec: Words): Setting<readonly string[]> =>
  listSetting(spec, {
    isPart: isServer,
    normal: (text) => text,
    expected: "addresses split by commas, such as 10.1.2.3, 10.1.2.3:5353 or [fd00::1]:5353",
  });

const listSetting = (
  spec: Words,
  part: {
    readonly isPart: (text: string) => boolean;
    readonly normal: (text: string) => string;
    readonly expected: string;
  },
): Setting<readonly string[]> => ({
  defaultText: "",
  unit: null,
  meaning: spec.meaning,
  reason: spec.reason,
  read: (text) => {
    const parts = text
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== "");
    const wrong = parts.find((one) => !part.isPart(one));
    return wrong === undefined ? accepted(parts.map(part.normal)) : refused(`${part.expected} ("${wrong}" is neither)`);
  },
});

const isNetwork = (text: string): boolean => {
  const [address = "", prefix, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
};

const isServer = (text: string): boolean => {
  if (isIP(text) !== 0) return true;
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  return isIP(bracketed ?? plain ?? "") === (bracketed === undefined ? 4 : 6) && Number(port) <= 65_535;
};
