import { routes } from "#src/contract/routes.ts";
import { dayOfInstant } from "#src/core/money/exchange-rates.ts";
import { tellAct } from "./acts.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import type { ServeRoute } from "./serve-route.ts";

const dayMs = 86_400_000;

export const serveRates = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { rates } = dependencies;
  serve(routes.listRates, () => ({
    kind: "ok",
    answer: { data: rates.newest().map(({ day, ...rest }) => ({ ...rest, day: dayText(day) })) },
  }));
  serve(routes.importRates, async ({ body, caller }) => {
    const read = body.rates.map(({ day, currency, rate }) => ({ day: dayOfInstant(Date.parse(day)), currency, rate }));
    const { kept, tooOld } = await rates.import(read);
    const after = { kept, too_old: tooOld };
    await tellAct(dependencies, caller, { kind: "rates", subject: "all", verb: "imported", after });
    return { kind: "ok", answer: { kept, too_old: tooOld } };
  });
};

const dayText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
