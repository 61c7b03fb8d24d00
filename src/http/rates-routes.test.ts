import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { anHttp, assertAnswers, assertProblem } from "#test/support/an-http.ts";

test("rates are taken and told, the newest of each currency", async () => {
  const { ask, clock } = await anHttp();
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const yesterday = new Date(clock.now() - 86_400_000).toISOString().slice(0, 10);
  const rates = [
    { day: today, currency: "USD", rate: "1.1650" },
    { day: yesterday, currency: "USD", rate: "1.1654" },
    { day: "1999-01-04", currency: "USD", rate: "1.1789" },
  ];
  const put = await ask({ method: "POST", url: "/v1/rates", payload: { rates } });
  assert.deepEqual(assertAnswers(routes.importRates, put), { kept: 2, too_old: 1 });
  const list = assertAnswers(routes.listRates, await ask({ url: "/v1/rates" }));
  assert.deepEqual(list.data, [{ day: today, currency: "USD", rate: "1.1650", days: 2 }]);
});

test("a rate that is none is refused with its place", async () => {
  const { ask } = await anHttp();
  for (const wrong of [{ rate: "0.000" }, { rate: "-1" }, { rate: 1.1 }, { day: "2026-02-30" }, { currency: "usd" }]) {
    const rate = { day: "2026-01-14", currency: "USD", rate: "1.1", ...wrong };
    const answer = await ask({ method: "POST", url: "/v1/rates", payload: { rates: [rate] } });
    assertProblem(answer, 400, "request.invalid");
    assert.match(answer.json().errors[0].path, /^rates\[0\]\./);
  }
});
