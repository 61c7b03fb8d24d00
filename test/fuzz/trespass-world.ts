import assert from "node:assert/strict";
import type { InjectOptions } from "fastify";
import { type CallerName, type SeveralAccounts, severalAccounts, shop } from "#test/support/several-accounts.ts";
import { diceOf } from "./dice.ts";
import { FuzzFinding, type FuzzWorld, type Played } from "./fuzz-world.ts";
import type { HostileRequest } from "./hostile-envelope.ts";
import { doorOf, judgeAnswer } from "./judge-answer.ts";
import { askedRows, idsOf, type Trespass, trespassRequest } from "./trespass-request.ts";

/** Values that stand in acme's own things and nowhere else. No question holds one, so that no answer can echo one. */
const marks = {
  /** In the names, addresses and parameters of what acme configured for itself. */
  vault: "vaultmark",
  /** Who an event is of. */
  person: "personmark",
  /** What was paid. */
  revenue: "98765",
} as const;
type Mark = keyof typeof marks;

const everything: readonly Mark[] = ["vault", "person", "revenue"];
type Caller = CallerName | "bright viewer" | "net editor";
export type Trespasser = readonly [Caller, readonly Mark[]];

/** Whom a test takes to see that what is read is noticed. */
export const ownerAsTrespasser: Trespasser = ["owner", everything];

/** They have nothing to do with acme, and learn no name of what it has. */
const strangers: readonly Caller[] = [
  "nobody",
  "rival",
  "rival signed in",
  "ingest of rival",
  "export of rival",
  "dim",
  "editor of main",
];

/** Callers beside acme's owner, each with the marks that it must never read. */
const trespassers: readonly Trespasser[] = [
  ...strangers.map((caller): Trespasser => [caller, everything]),
  // It sends, and reads nothing.
  ["ingest", everything],
  ["viewer", ["person"]],
  ["viewer signed in", ["person"]],
  // Agencies and partners are granted no revenue here.
  ["bright", ["vault", "revenue"]],
  ["bright viewer", everything],
  ["net", ["vault", "revenue"]],
  ["net editor", ["vault", "revenue"]],
];

/** Requests after which what trespassers may rightly remove of their own is put back. */
const lifeRequests = 400;

/** The API of several accounts, asked about acme's things by everybody else. */
export const openTrespassWorld = async (callers = trespassers): Promise<FuzzWorld> => {
  let planted = await plant();
  let played = 0;
  return {
    play: async (seed) => {
      if (played > 0 && played % lifeRequests === 0) {
        await close(planted);
        planted = await plant();
      }
      played += 1;
      return playOne(planted, callers, seed);
    },
    lookAtSent: () => 0,
    close: () => close(planted),
  };
};

type Planted = Trespass & { readonly world: SeveralAccounts };

const close = async ({ world }: Planted): Promise<void> => {
  await world.app.close();
  await world.engine.stop(0);
};

const playOne = async (planted: Planted, callers: readonly Trespasser[], seed: number): Promise<Played> => {
  const dice = diceOf(seed);
  const [caller, forbidden] = dice.pick(callers);
  const request = trespassRequest(planted, planted.headersOf(caller), dice);
  try {
    const answer = await planted.world.app.inject(request);
    judgeAnswer(answer, request.url);
    const read = marksIn(answer.body + JSON.stringify(answer.headers)).filter((mark) => forbidden.includes(mark));
    assert.deepEqual(read, [], `${caller} reads what is not its own: ${answer.body.slice(0, 2_000)}`);
    if (strangers.includes(caller))
      assert.deepEqual(
        namesNotAsked(answer.body, request),
        [],
        `${caller} is told of what is acme's: ${answer.body.slice(0, 2_000)}`,
      );
    if (dice.hits(0.02)) await planted.world.clock.turn(1_000);
    return { status: answer.statusCode, door: doorOf(request.url) };
  } catch (error) {
    throw new FuzzFinding({ seed, doors: "others" }, request, error);
  }
};

/** Names of acme's things that an answer brings up by itself. */
const namesNotAsked = (body: string, { url, payload }: HostileRequest): readonly string[] => {
  const asked = plainly(url) + plainly(payload?.toString() ?? "");
  const told = body.replaceAll(filterOfAct, "");
  return names.filter((name) => told.includes(name) && !asked.includes(name));
};
/** An act by a filter is told with that filter: words of its own caller, from before. */
const filterOfAct = /"filter":\{[^{}]*\}/g;
// Not the names of people: whoever holds an invitation or a password is told them.
const names = [shop, "acme_private", "acme_rule", "acme_marked"];

/** Without the ways of writing a letter otherwise. */
const plainly = (text: string): string =>
  text
    .replaceAll(/%([0-9a-f]{2})/gi, (_written, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_written, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll("+", " ");

const marksIn = (text: string): readonly Mark[] => {
  const plain = text.toLowerCase();
  return everything.filter((mark) => plain.includes(marks[mark]));
};

const plant = async (): Promise<Planted> => {
  const world = await severalAccounts();
  // Some questions need something done first, and one of them removes what is planted on.
  const asked = await askedRows(world);
  const keys = new Map<string, string>();
  const send = async (caller: CallerName, question: InjectOptions) => {
    const answer = await world.app.inject({ ...question, headers: world.headersOf(caller) });
    assert.ok(answer.statusCode < 300, answer.body);
    return answer;
  };
  for (const question of configuredByAcme) await send("owner", question);
  const agency = { method: "PATCH", url: `/v1/apps/${shop}/integrations/net_int?configurator=bright` } as const;
  await send("owner", { ...agency, payload: withoutRevenue });
  for (const [name, account, role] of [
    ["bright viewer", "bright", "viewer"],
    ["net editor", "net", "editor"],
  ] as const) {
    const made = await send(account, { method: "POST", url: "/v1/keys", payload: { kind: "management", name, role } });
    keys.set(name, String(made.json().key));
  }
  const sending = send("ingest", { method: "POST", url: "/v1/events", payload: markedEvents });
  await world.clock.turn(1_000);
  await sending;
  // The owner reads every mark where others look for it, or nothing would be shown by their not reading it.
  for (const [path, expected] of readByOwner) {
    const { body } = await send("owner", { url: path });
    for (const mark of expected) assert.ok(body.includes(marks[mark]), `acme's owner reads no ${mark} at ${path}`);
  }
  const headersOf = (caller: Caller): Readonly<Record<string, string>> => {
    const key = keys.get(caller);
    if (key !== undefined) return { authorization: `Bearer ${key}` };
    return caller === "bright viewer" || caller === "net editor" ? {} : world.headersOf(caller);
  };
  const recorded = await Promise.all([send("owner", { url: "/v1/events" }), send("owner", { url: "/v1/postbacks" })]);
  const ofLog = recorded.flatMap((answer) => answer.json().data.map(({ id }: { readonly id: string }) => id));
  return { world, asked, ids: [...idsOf(asked, world), ...ofLog], headersOf };
};

const readByOwner: readonly (readonly [string, readonly Mark[]])[] = [
  ["/v1/events", ["person", "revenue"]],
  ["/v1/postbacks", everything],
  ["/v1/catalog", ["vault"]],
  ["/v1/partners/acme_private", ["vault"]],
  [`/v1/apps/${shop}/rules`, ["vault"]],
  ["/v1/keys", ["vault"]],
  ["/v1/notices", ["vault"]],
  ["/v1/audit", ["vault"]],
];

const vaultUrl = `https://${marks.vault}.example/?a=${marks.vault}`;
const mapping = { event_name: "purchase", partner_event: "p1", send_for: "all_sources" };
const withoutRevenue = { mappings: [{ ...mapping, data_sharing: "values_without_revenue" }] };

const configuredByAcme: readonly InjectOptions[] = [
  { method: "PATCH", url: `/v1/apps/${shop}/grants/bright`, payload: { share_revenue: false } },
  { method: "PATCH", url: `/v1/apps/${shop}/integrations/net_int`, payload: withoutRevenue },
  {
    method: "PUT",
    url: "/v1/partners/acme_private",
    payload: { name: marks.vault, templates: [{ event_kind: "install", dialect: "carom", url: vaultUrl }] },
  },
  { method: "PATCH", url: `/v1/apps/${shop}/rules/acme_rule`, payload: { name: marks.vault } },
  {
    method: "POST",
    url: `/v1/apps/${shop}/rules`,
    payload: {
      id: "marked",
      name: marks.vault,
      active: true,
      style: "custom",
      triggers: [{ key: "event_name", matches: "eq", values: ["purchase"] }],
      template: { dialect: "carom", url: `${vaultUrl}&r={event_revenue}&u={customer_user_id}` },
    },
  },
  { method: "POST", url: "/v1/keys", payload: { kind: "ingest", name: marks.vault, app_id: shop } },
  { method: "PUT", url: "/v1/secrets/acme_marked", payload: { value: marks.vault } },
  {
    method: "POST",
    url: "/v1/notices",
    payload: { name: marks.vault, kinds: "*", to: { kind: "webhook", url: vaultUrl, secret: null } },
  },
];

const user = `${marks.person}@example.com`;
const paid = 98_765.4321;
const marked = {
  app_id: shop,
  event_name: "purchase",
  customer_user_id: user,
  event_revenue: paid,
  event_revenue_currency: "USD",
  // The person's own value again, where anything may stand.
  event_value: { note: user, af_revenue: paid, af_currency: "USD" },
};
const markedEvents = [
  { ...marked, media_source: "net_int" },
  { ...marked, media_source: "net_int", af_prt: "brightprt" },
  { ...marked, event_type: "install", af_prt: "brightprt", media_source: "net_int" },
];
