import type { AnyRoute } from "#src/contract/route.ts";
import { allRoutes } from "#src/contract/routes.ts";
import type { Question, Row } from "#test/support/authorisation-row.ts";
import { matrixRows } from "#test/support/authorisation-rows.ts";
import type { CallerName, SeveralAccounts } from "#test/support/several-accounts.ts";
import type { Dice } from "./dice.ts";
import type { HostileRequest } from "./hostile-envelope.ts";
import { mutatedBytes, mutatedJson } from "./mutate-json.ts";
import { mutatedPairs, type Pair } from "./mutate-pairs.ts";

/** A question that the authorisation matrix asks about what is acme's, ready to be asked by anybody. */
export type AskedRow = { readonly route: AnyRoute; readonly row: Row; readonly question: Question };

/** Every route's questions but the one whose answer does not end. */
export const askedRows = async (world: SeveralAccounts): Promise<readonly AskedRow[]> => {
  const asked: AskedRow[] = [];
  for (const row of matrixRows) {
    const route = allRoutes.find(({ operation }) => operation === row.operation);
    if (route !== undefined && route.operation !== "stream") asked.push({ route, row, question: await row.ask(world) });
  }
  return asked;
};

/** What places in a path and in a query may be filled with: every id that any question names. */
export const idsOf = (asked: readonly AskedRow[], world: SeveralAccounts): readonly string[] => [
  ...new Set([
    ...asked.flatMap(({ question }) => Object.values(question.params ?? {})),
    ...[world.eventId, world.eventOfAgency, world.postbackId, world.receiverId],
    ...["com.acme.shop", "com.rival.game", "acme", "net", "bright", "rival", "main", "acme_rule", "purchase"],
  ]),
];

export type Trespass = {
  readonly asked: readonly AskedRow[];
  readonly ids: readonly string[];
  readonly headersOf: (caller: CallerName | "bright viewer" | "net editor") => Readonly<Record<string, string>>;
};

/** One of the questions, asked otherwise: of another thing, with other filters, with another document. */
export const trespassRequest = (
  { asked, ids }: Trespass,
  headers: Readonly<Record<string, string>>,
  dice: Dice,
): HostileRequest => {
  const { route, row, question } = dice.pick(asked);
  const { authorization, ...others } = headers;
  const key =
    authorization === undefined
      ? {}
      : (row.keyAs?.(authorization.slice("Bearer ".length)) ?? { headers: { authorization } });
  const path = route.path.replace(/\{(\w+)\}/g, (_place, name: string) =>
    encodeURIComponent(dice.hits(0.2) ? dice.pick(ids) : (question.params?.[name] ?? dice.pick(ids))),
  );
  const query = [queryOf(route, question, { ids, dice }), (key.query ?? "").replace(/^&/, "")]
    .filter(Boolean)
    .join("&");
  const url = query === "" ? path : `${path}?${query}`;
  const sent = { ...others, ...key.headers };
  if (question.payload === undefined) return { method: route.method, url, headers: sent };
  const document = dice.hits(0.1) ? (dice.pick(asked).question.payload ?? {}) : question.payload;
  const bytes = Buffer.from(mutatedJson(document, dice));
  const payload = dice.hits(0.03) ? mutatedBytes(bytes, dice) : bytes;
  return { method: route.method, url, headers: { ...sent, "content-type": "application/json" }, payload };
};

/** What the question has, or a few of the route's own parameters. */
const queryOf = (
  route: AnyRoute,
  { query = "" }: Question,
  { ids, dice }: { readonly ids: readonly string[]; readonly dice: Dice },
): string => {
  const given: readonly Pair[] = [...new URLSearchParams(query)];
  const names = Object.keys(Object(Reflect.get(route.query, "shape")));
  if (names.length === 0 || dice.hits(0.3)) return mutatedPairs(given, dice);
  const more = Array.from({ length: dice.below(4) }, (): Pair => [dice.pick(names), parameterOf(ids, dice)]);
  return mutatedPairs([...given, ...more], dice);
};

const parameterOf = (ids: readonly string[], dice: Dice): string =>
  dice.pick([
    () => dice.pick(ids),
    () => dice.pick(ids),
    () => `${dice.pick(ids)},${dice.pick(ids)}`,
    () => dice.pick(["1", "100", "true", "pending", "delivered", "csv", "day", "app", "partner", "*", "%", "acme%"]),
    () => dice.pick(["2026-01-14T00:00:00Z", "1970-01-01", "now", "2026-01-15"]),
  ])();
