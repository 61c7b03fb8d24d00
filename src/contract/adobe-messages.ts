import type { z } from "zod";
import type { PostbackRule, RuleFrequency } from "#src/core/catalog/postback-rule.ts";
import { type Problem, pathText } from "#src/core/problem.ts";
import { readAdobeConditions } from "./adobe-conditions.ts";
import { readAdobePayload } from "./adobe-payload.ts";
import { type ImportFinding, importFinding } from "./import-finding.ts";
import { type JsonObject, jsonObject } from "./json-object.ts";
import { ruleDocument, ruleFromDocument } from "./rule-document.ts";
import { catalogCodes, schemaProblems } from "./schema-problems.ts";
import { timeText } from "./wire-time.ts";

type Path = Problem["path"];

/** A message as the rule that it becomes, and where it stands. */
export type ImportedRule = {
  readonly at: Path;
  readonly rule: PostbackRule;
  readonly losses: readonly ImportFinding[];
};

export type AdobeMessages = {
  readonly rules: readonly ImportedRule[];
  /** Messages that become no rule, each with the reason. */
  readonly left: readonly ImportFinding[];
  /** Of the file as a whole; those of a message are with its rule. */
  readonly losses: readonly ImportFinding[];
};

/**
 * The `messages` of an ADBMobileConfig.json (domain.md 3.1). Those with the template `callback` are postbacks and become
 * rules of style `custom`; what a rule cannot hold is told with its place.
 */
export const readAdobeMessages = (
  config: { readonly messages: readonly unknown[]; readonly remotes?: unknown },
  { active }: { readonly active: boolean },
): AdobeMessages => {
  const rules: ImportedRule[] = [];
  const left: ImportFinding[] = [];
  const taken = new Map<string, Path>();
  for (const [index, given] of config.messages.entries()) {
    const at: Path = ["messages", index];
    const reading = readMessage(given, { at, active });
    if (reading.kind === "left") {
      left.push(reading.finding);
      continue;
    }
    const first = taken.get(reading.imported.rule.id);
    if (first === undefined) {
      taken.set(reading.imported.rule.id, at);
      rules.push(reading.imported);
    } else {
      const message = `${pathText(first)} has the same id: two rules cannot`;
      left.push(importFinding([...at, "messageId"], "import.rule_exists", message));
    }
  }
  return { rules, left, losses: remoteLosses(config.remotes) };
};

/** The app takes the messages that it finds there in place of those in the file. */
const remoteLosses = (remotes: unknown): readonly ImportFinding[] => {
  const address = jsonObject(remotes)?.["messages"];
  if (typeof address !== "string" || address === "") return [];
  const text = "the app reads its messages from this address, which may be newer: import what is there too";
  return [importFinding(["remotes", "messages"], "import.not_carried", text)];
};

/** Where in a message stands what a rule has at that path. */
export const adobePathOf = (path: Path): Path => {
  const [first, second, ...rest] = path;
  const found = messagePlaces[[first, second].join("/")];
  if (found !== undefined) return [...found, ...rest];
  if (first === "traits") return ["audiences", ...path.slice(1)];
  return first === "id" ? ["messageId"] : path;
};

const messagePlaces: Readonly<Record<string, Path>> = {
  "template/url": ["payload", "templateurl"],
  "template/body": ["payload", "templatebody"],
  "template/content_type": ["payload", "contenttype"],
  "retry_policy/timeout": ["payload", "timeout"],
  "schedule/start": ["startDate"],
  "schedule/end": ["endDate"],
};

type Place = { readonly at: Path; readonly active: boolean };
type MessageReading =
  | { readonly kind: "imported"; readonly imported: ImportedRule }
  | { readonly kind: "left"; readonly finding: ImportFinding };

const readMessage = (given: unknown, place: Place): MessageReading => {
  const { at } = place;
  const message = jsonObject(given);
  if (message === null) return left(importFinding(at, "import.message_unusable", "must be an object"));
  const { template } = message;
  if (template !== "callback") {
    const name = typeof template === "string" ? `"${template.slice(0, shownLengthMax)}"` : "a message without template";
    const text = `${name} is no postback: only "callback" is; it stays with the app`;
    return left(importFinding([...at, "template"], "import.other_template", text));
  }
  return readCallback(message, place);
};
const shownLengthMax = 40;

const left = (finding: ImportFinding): MessageReading => ({ kind: "left", finding });

const readCallback = (message: JsonObject, { at, active }: Place): MessageReading => {
  const payload = readAdobePayload(message["payload"], [...at, "payload"]);
  if (payload.kind === "unusable") return left(payload.finding);
  const triggers = readAdobeConditions(message["triggers"], [...at, "triggers"]);
  if (triggers.kind === "unusable") return left(triggers.finding);
  if (triggers.conditions.length === 0) {
    const text = "has none, and Adobe's SDK sends nothing without one";
    return left(importFinding([...at, "triggers"], "import.message_unusable", text));
  }
  const traits = readAdobeConditions(message["audiences"], [...at, "audiences"]);
  if (traits.kind === "unusable") return left(traits.finding);
  const terms = readTerms(message, at);
  const { url, body, contentType, timeout } = payload.payload;
  const document: z.input<typeof ruleDocument> = {
    id: terms.id,
    style: "custom",
    active,
    template: { dialect: "adobe", url, body, content_type: contentType },
    triggers: triggers.conditions.map((condition) => ({ ...condition, values: [...condition.values] })),
    traits: traits.conditions.map((condition) => ({ ...condition, values: [...condition.values] })),
    schedule: terms.start === null && terms.end === null ? null : { start: terms.start, end: terms.end },
    frequency: terms.frequency,
    timeout,
  };
  const parsed = ruleDocument.safeParse(document, { reportInput: true });
  if (!parsed.success) {
    const [problem] = schemaProblems(parsed.error.issues, catalogCodes);
    const path = [...at, ...adobePathOf(problem?.path ?? [])];
    return left(importFinding(path, "import.message_unusable", messageOf(problem)));
  }
  const losses = [...terms.losses, ...payload.losses, ...traits.losses, ...triggers.losses];
  return { kind: "imported", imported: { at, rule: ruleFromDocument(parsed.data), losses } };
};

/** Without the place, which is another one here. */
const messageOf = (problem: Problem | undefined): string =>
  problem === undefined ? "cannot be a rule" : problem.message.replace(`${pathText(problem.path)}: `, "");

type Terms = {
  readonly id: string;
  readonly start: string | null;
  readonly end: string | null;
  readonly frequency: RuleFrequency;
  readonly losses: readonly ImportFinding[];
};

/** The vendor's own for no end. */
const endOpen = 2_524_730_400;

const readTerms = (message: JsonObject, at: Path): Terms => {
  const losses: ImportFinding[] = [];
  const lose = (name: string, code: "import.not_carried" | "import.value_replaced", text: string): void => {
    losses.push(importFinding([...at, name], code, text));
  };
  for (const name of Object.keys(message))
    if (!knownMembers.has(name)) lose(name, "import.not_carried", "is not known");
  const { messageId, recipient, showOffline, showRule } = message;
  const isNamed = typeof messageId === "string" && messageId !== "";
  const id = isNamed ? messageId : `adobe_message_${Number(at[1]) + 1}`;
  if (!isNamed) lose("messageId", "import.value_replaced", `is missing: the rule has the id ${id}`);
  if (recipient !== undefined && recipient !== "Custom")
    lose("recipient", "import.not_carried", "says nothing that a rule could hold");
  if (showOffline !== true) {
    const text =
      "an event that the app kept while it was offline fires when it arrives, where Adobe's SDK sent nothing";
    lose("showOffline", "import.not_carried", text);
  }
  if (showRule !== "always" && showRule !== "once") {
    const why = showRule === "untilClick" ? "a postback is never clicked" : "is neither always nor once";
    lose("showRule", "import.value_replaced", `${why}: the frequency is always`);
  }
  const time = (name: string, open: number): string | null => {
    const given = message[name];
    if (given === undefined || given === null || given === open) return null;
    const text = typeof given === "number" && given >= 0 && given <= secondsMax ? timeText(given * 1000) : null;
    if (text === null) lose(name, "import.value_replaced", "is no time in seconds since 1970: this end is open");
    return text;
  };
  const [start, end] = [time("startDate", 0), time("endDate", endOpen)];
  return { id, start, end, frequency: showRule === "once" ? "once" : "always", losses };
};

/** The end of the year 9999, beyond which a time has another form. */
const secondsMax = 253_402_300_799;

const knownMembers: ReadonlySet<string> = new Set([
  "messageId",
  "template",
  "recipient",
  "payload",
  "showOffline",
  "showRule",
  "startDate",
  "endDate",
  "audiences",
  "triggers",
]);
