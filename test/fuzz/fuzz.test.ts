import assert from "node:assert/strict";
import { test } from "node:test";
import { diceOf } from "./dice.ts";
import { runFuzz } from "./fuzz-run.ts";
import { openFuzzWorld } from "./fuzz-world.ts";
import { answerTo, problemInAnswer, rawRequest } from "./raw-requests.ts";

const firstSeed = (): number => Number(process.env["CAROM_TEST_SEED"] ?? Date.now() % 1_000_000_000);

test("hostile events, catalogs, templates and questions are answered without a 5xx and with a stable code, and what is sent keeps its structure", async (t) => {
  const seed = firstSeed();
  const { statuses, sent, findings } = await runFuzz({ firstSeed: seed, requests: 2_000, worldRequests: 2_000 });
  t.diagnostic(
    `seed ${seed}: ${[...statuses].map(([status, times]) => `${times} × ${status}`).join(", ")}; ${sent} sent`,
  );
  assert.deepEqual(
    findings.map(({ message }) => message),
    [],
  );
  for (const status of [200, 202, 400, 422])
    assert.ok((statuses.get(status) ?? 0) > 0, `nothing was answered ${status}`);
  assert.ok(sent > 0, "nothing was sent, so no structure was looked at");
});

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
