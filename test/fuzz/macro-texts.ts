import type { DialectName } from "#src/core/catalog/request-template.ts";
import { macros } from "#src/core/macros/registry.ts";
import type { Dice } from "./dice.ts";
import { hostileTexts } from "./mutate-json.ts";

/** A macro of the registry as its dialect writes it; of `carom` with transforms, now and then with such as do not fit. */
export const macroText = (dialect: DialectName, dice: Dice): string => {
  if (dialect === "carom") {
    const chain = Array.from({ length: dice.pick([0, 0, 1, 2, 3]) }, () => `|${transformText(dice)}`);
    return `{${dice.pick(caromNames)}${chain.join("")}}`;
  }
  const name = dice.pick(spelled.get(dialect) ?? ["idfa"]);
  switch (dialect) {
    case "appsflyer":
      return dice.pick([`(${name})`, `(${name.replaceAll("_", "-")})`, `$$sdk(${name})`, `$$click(${name})`]);
    case "leanplum":
      return `{{${name}}}`;
    case "adobe":
      return dice.pick([`{%${name}%}`, `{${name}}`]);
  }
};

const caromNames: readonly string[] = [
  ...macros.map(({ name }) => name),
  ...["event_value.note", "event_value.list", "context.plan", "event_value.af_revenue", "param.account", "user.name"],
];

const spelled: ReadonlyMap<string, readonly string[]> = new Map(
  (["appsflyer", "leanplum", "adobe"] as const).map((dialect) => [
    dialect,
    macros.flatMap(({ spellings }) => spellings[dialect] ?? []),
  ]),
);

const transformText = (dice: Dice): string =>
  dice.pick([
    () => dice.pick(["upper", "lower", "trim", "raw", "hex", "json", "hour_floor", "unix_s", "unix_ms", "md5", "sha1"]),
    () => dice.pick(["sha256", "sha256:base64", "md5:base64", "base64", "base64:url", "hmac:k", "hmac:k:base64"]),
    () =>
      dice.pick([
        "truncate:6",
        "truncate:0",
        "truncate:-1",
        "truncate:1e9",
        "truncate",
        "round",
        "round:2",
        "round:99",
      ]),
    () => dice.pick(["date", "date:iso", "date:'dd.MM.yy HH:mm'", "date:yyyy", "date:'", "date:zzz", "date:SSS'T'"]),
    () =>
      dice.pick(["map:purchase=1:*=0", "map:true=1:false=0", "map:", "map:a", "map:a=b=c", "default:0", "default:"]),
    () => `default:'${dice.pick(hostileTexts).slice(0, 40).replaceAll("'", "''")}'`,
    () => dice.pick(["nothing", "upper:1", "", "|", "sha256|sha256|sha256", "constructor", "toString", "__proto__"]),
  ])();
