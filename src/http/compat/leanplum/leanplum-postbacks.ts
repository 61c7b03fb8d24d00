import {
  argumentOf,
  type LeanplumArguments,
  plainPostbackUrl,
  readLeanplumChannels,
  strayParametersIn,
} from "#src/contract/leanplum-arguments.ts";
import { type LeanplumType, leanplumTypes } from "#src/contract/leanplum-contract.ts";
import { ruleDocument, ruleFromDocument } from "#src/contract/rule-document.ts";
import { catalogCodes, schemaProblems } from "#src/contract/schema-problems.ts";
import type { App, Catalog } from "#src/core/catalog/catalog.ts";
import { type MessageChannel, messageChannels, type PostbackRule } from "#src/core/catalog/postback-rule.ts";
import type { AccountId, AppId } from "#src/core/ids.ts";
import { type Problem, pathText } from "#src/core/problem.ts";
import type { EngineCatalog } from "#src/engine/operate/catalog-change.ts";
import { done, failed, type LeanplumAnswer, refused, skipped } from "./leanplum-answer.ts";

/** An app's rules on messages and A/B tests, as Leanplum's calls see and change them. */
export type LeanplumPostbacks = {
  readonly add: (given: LeanplumArguments) => Promise<LeanplumAnswer>;
  readonly list: () => LeanplumAnswer;
  readonly remove: (given: LeanplumArguments) => Promise<LeanplumAnswer>;
};

type Around = {
  readonly catalog: EngineCatalog;
  readonly app: AppId;
  /** Who changes it, as the history says. */
  readonly by: string;
  readonly account: AccountId;
};

/** Another process may write between two turns; it does so a few times at most. */
const turnsMax = 5;

export const leanplumPostbacks = (around: Around): LeanplumPostbacks => ({
  add: (given) => addPostback(around, given),
  list: () => {
    const app = appOf(around.catalog.current().catalog, around.app);
    return app === null ? unknownApp(around.app) : done({ postbacks: app.rules.flatMap(postbackOf) });
  },
  remove: (given) => removePostback(around, given),
});

const appOf = ({ apps }: Catalog, id: AppId): App | null => apps.find((app) => app.id === id) ?? null;

const unknownApp = (app: AppId): LeanplumAnswer => refused(`App ${app} is not in the catalog.`);

const postbackOf = (rule: PostbackRule) => {
  const type = typeOf(rule);
  return type === null ? [] : [{ postbackId: Number(rule.id), type, postbackUrl: rule.request.url }];
};

const typeOf = ({ when }: PostbackRule): LeanplumType | null => {
  switch (when.style) {
    case "custom":
      return null;
    case "message_events":
      return "messageEvents";
    case "ab_test_events":
      return "abTestEvents";
  }
};

/** `revision` is the one that the change would make. */
type Edit = (
  app: App,
  revision: number,
) => { readonly kind: "rules"; readonly rules: readonly PostbackRule[] } | LeanplumAnswer;

/** Changes the app's rules at a turn of the catalog; `kept` is the answer where it was put in force. */
const changeRules = async (
  { catalog, app: id, by, account }: Around,
  edit: Edit,
  kept: () => LeanplumAnswer,
): Promise<LeanplumAnswer> => {
  for (let turn = 0; turn < turnsMax; turn += 1) {
    const change = await catalog.edit<LeanplumAnswer>({
      edit: ({ catalog: before, revision }) => {
        const app = appOf(before, id);
        if (app === null) return { kind: "no", no: unknownApp(id) };
        const edited = edit(app, revision + 1);
        if (edited.kind !== "rules") return { kind: "no", no: edited };
        const changed = { ...app, rules: edited.rules };
        return {
          kind: "edited",
          catalog: { ...before, apps: before.apps.map((each) => (each === app ? changed : each)) },
        };
      },
      by,
      account,
      dryRun: false,
      cancelsWaiting: true,
    });
    switch (change.kind) {
      case "no":
        return change.no;
      case "changed":
        return kept();
      case "refused":
        return refused(wordsOf(change.problems));
      case "lost_race":
      case "waiting":
        break;
    }
  }
  return failed("resource.lost_race", "The configuration is being changed by others; try again.", 503);
};

/** Named as the call names it. */
const wordsOf = ([problem]: readonly Problem[]): string => {
  if (problem === undefined) return "The postback cannot be added.";
  return `postbackUrl: ${problem.message.replace(`${pathText(problem.path)}: `, "")}`;
};

const addPostback = async (around: Around, given: LeanplumArguments): Promise<LeanplumAnswer> => {
  const wanted = wantedPostback(given);
  if (wanted.kind !== "wanted") return wanted;
  let id = 0;
  const edit: Edit = (app, revision) => {
    const mine = app.rules.filter((rule) => typeOf(rule) !== null);
    const same = mine.find((rule) => isSame(rule, wanted));
    // A client that did not hear the answer asks again: a second rule would send everything twice.
    if (same !== undefined) return skipped("Postback exists; request skipped.", { postbackId: Number(same.id) });
    if (mine.length >= app.messageRulesMax)
      return refused(`The maximum number of postbacks allowed is ${app.messageRulesMax} per app.`);
    id = newPostbackId(app, revision);
    const rule = ruleOf(wanted, id);
    return rule.kind === "rule" ? { kind: "rules", rules: [...app.rules, rule.rule] } : rule;
  };
  return changeRules(around, edit, () => done({ postbackId: id }));
};

/** Ids that one revision of the catalog has to give: more than an app may have rules. */
const idsOfRevision = 1_000;

/**
 * A revision of the catalog is made once, so that an id of its own is none that was there before, whatever
 * the clock says: what was sent for a removed postback is told apart. Within it the first that no rule of the app has: people name rules, too.
 */
const newPostbackId = ({ rules }: App, revision: number): number => {
  const taken = new Set<string>(rules.map((rule) => rule.id));
  let id = revision * idsOfRevision;
  while (taken.has(String(id))) id += 1;
  return id;
};

type Wanted = {
  readonly kind: "wanted";
  readonly type: LeanplumType;
  /** None is all of them. */
  readonly channels: readonly MessageChannel[];
  readonly url: string;
};

const wantedPostback = (given: LeanplumArguments): Wanted | LeanplumAnswer => {
  const url = argumentOf(given, "postbackUrl");
  if (url === null) return failed("request.invalid", "Missing argument: postbackUrl");
  const [stray] = strayParametersIn(given);
  if (stray !== undefined)
    return refused(
      `${stray} is no argument of addPostback: write & as %26 inside postbackUrl, or send it in the body.`,
    );
  const named = argumentOf(given, "type") ?? "messageEvents";
  if (!isType(named)) return refused(`Unknown type: ${named}. There are ${Object.keys(leanplumTypes).join(" and ")}.`);
  const reading = readLeanplumChannels(given);
  if (reading.kind === "unknown")
    return refused(`Unknown channel: ${reading.name}. There are ${messageChannels.join(", ")}.`);
  // All three by name are the same as none.
  const isAll = reading.channels.length === messageChannels.length;
  const channels = named === "abTestEvents" || isAll ? [] : reading.channels;
  return { kind: "wanted", type: named, channels, url: plainPostbackUrl(url) };
};

const isType = (name: string): name is LeanplumType => Object.hasOwn(leanplumTypes, name);

const isSame = (rule: PostbackRule, { type, channels, url }: Wanted): boolean => {
  const of = rule.when.style === "message_events" ? rule.when.channels : [];
  return rule.active && typeOf(rule) === type && rule.request.url === url && of.join() === channels.join();
};

const ruleOf = (
  { type, channels, url }: Wanted,
  id: number,
): { readonly kind: "rule"; readonly rule: PostbackRule } | LeanplumAnswer => {
  const document = ruleDocument.safeParse(
    {
      id: String(id),
      style: leanplumTypes[type],
      active: true,
      channels,
      template: { dialect: "leanplum", url },
    },
    { reportInput: true },
  );
  if (document.success) return { kind: "rule", rule: ruleFromDocument(document.data) };
  return refused(wordsOf(schemaProblems(document.error.issues, catalogCodes)));
};

const removePostback = async (around: Around, given: LeanplumArguments): Promise<LeanplumAnswer> => {
  const id = argumentOf(given, "postbackId");
  if (id === null) return failed("request.invalid", "Missing argument: postbackId");
  const edit: Edit = (app) => {
    const rules = app.rules.filter((rule) => rule.id !== id || typeOf(rule) === null);
    if (rules.length === app.rules.length) return skipped("Postback not found; request skipped.");
    return { kind: "rules", rules };
  };
  return changeRules(around, edit, () => done());
};
