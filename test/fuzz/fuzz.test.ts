import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { diceOf } from "./dice.ts";
import { type FuzzResult, runFuzz } from "./fuzz-run.ts";
import { FuzzFinding, openFuzzWorld } from "./fuzz-world.ts";
import type { Doors } from "./hostile-request.ts";
import { answerTo, problemInAnswer, rawRequest } from "./raw-requests.ts";
import { openTrespassWorld, ownerAsTrespasser } from "./trespass-world.ts";

const firstSeed = (): number => Number(process.env["CAROM_TEST_SEED"] ?? Date.now() % 1_000_000_000);

test("hostile events, catalogs, templates and questions are answered without a 5xx and with a stable code, and what is sent keeps its structure", async (t) => {
  const { statuses, sent } = await playedWithoutFinding(t, "own");
  for (const status of [200, 202, 400, 422])
    assert.ok((statuses.get(status) ?? 0) > 0, `nothing was answered ${status}`);
  assert.ok(sent > 0, "nothing was sent, so no structure was looked at");
});

test("hostile calls of other products' clients are answered without a 5xx and in their vendor's form, and each door takes what is whole", async (t) => {
  const { taken } = await playedWithoutFinding(t, "compatible");
  const calls = ["track", "page", "screen", "identify", "group", "alias", "batch", "apps", "templates", "partners"];
  const doors = ["/inappevent/com", "/appsflyer/push", "/api", ...calls.map((call) => `/v1/${call}`)];
  assert.deepEqual(
    doors.filter((door) => !taken.has(door)),
    [],
    "doors that took nothing",
  );
});

test("whoever is not the owner reads nothing of it, whatever is asked and however", async (t) => {
  const { taken } = await playedWithoutFinding(t, "others");
  assert.ok(taken.has("/v1/postbacks") && taken.has("/v1/catalog"), "nobody was answered");
});

test("an owner who passed for somebody else would be noticed", async (t) => {
  const world = await openTrespassWorld([ownerAsTrespasser]);
  t.after(world.close);
  const seed = firstSeed();
  const plays = Array.from({ length: 300 }, (_, index) =>
    world.play(seed + index).then(
      () => null,
      (error) => error,
    ),
  );
  const findings = (await Promise.all(plays)).filter((played) => played instanceof FuzzFinding);
  assert.match(String(findings[0]), /owner reads what is not its own/);
});

const playedWithoutFinding = async (t: TestContext, doors: Doors | "others"): Promise<FuzzResult> => {
  const seed = firstSeed();
  const played = await runFuzz({ firstSeed: seed, requests: 2_000, worldRequests: 2_000, doors });
  const told = [...played.statuses].map(([status, times]) => `${times} × ${status}`).join(", ");
  t.diagnostic(`seed ${seed}: ${told}; ${played.sent} sent`);
  assert.deepEqual(
    played.findings.map(({ message }) => message),
    [],
  );
  return played;
};

test("bytes that are hardly HTTP are refused with a stable code or cut off, and the server goes on", async (t) => {
  const seed = firstSeed();
  const requests = Number(process.env["CAROM_TEST_RAW_REQUESTS"] ?? 300);
  const world = await openFuzzWorld();
  t.after(world.close);
  const port = await world.listen();
  const problems: string[] = [];
  const statuses = new Map<string, number>();
  const lane = async (from: number): Promise<void> => {
    for (let index = from; index < requests; index += lanes) {
      const answer = await answerTo(port, rawRequest(world.ingestKey, diceOf(seed + index)));
      const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? "no answer";
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const problem = problemInAnswer(answer);
      if (problem !== null) problems.push(`seed ${seed + index}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  t.diagnostic(`seed ${seed}: ${[...statuses].map(([status, times]) => `${times} × ${status}`).join(", ")}`);
  assert.deepEqual(problems, []);
  assert.ok((statuses.get("202") ?? 0) > 0 && (statuses.get("400") ?? 0) > 0, "they were all of one kind");
  const health = await answerTo(port, Buffer.from("GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"));
  assert.match(health, /^HTTP\/1\.1 200/);
});

/** At once: one whose body is shorter than it says keeps its connection for a while. */
const lanes = 32;
