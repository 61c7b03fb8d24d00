import { routes } from "#src/contract/routes.ts";
import { dayOfInstant } from "#src/core/money/exchange-rates.ts";
import type { RatesImported } from "#src/engine/operate/live-rates.ts";
import { actsOf } from "./acts.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import type { ServeRoute } from "./serve-route.ts";

const dayMs = 86_400_000;

export const serveRates = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { rates, clock } = dependencies;
  serve(routes.listRates, () => ({
    kind: "ok",
    answer: { data: rates.newest().map(({ day, ...rest }) => ({ ...rest, day: dayText(day) })) },
  }));
  serve(routes.importRates, async ({ body, caller }) => {
    const read = body.rates.map(({ day, currency, rate }) => ({ day: dayOfInstant(Date.parse(day)), currency, rate }));
    const imported = await rates.import(read, (done) =>
      actsOf(clock, caller, { kind: "rates", subject: "all", verb: "imported", after: importedAnswer(done) }),
    );
    return { kind: "ok", answer: importedAnswer(imported) };
  });
};

const importedAnswer = ({ kept, tooOld }: RatesImported) => ({ kept, too_old: tooOld });

const dayText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
