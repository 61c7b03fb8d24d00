import assert from "node:assert/strict";
import { test } from "node:test";
import { successFromDocument } from "#src/contract/success-document.ts";
import { parseJson } from "#src/core/json/parse-json.ts";
import type { SuccessTest } from "#src/core/postbacks/receiver.ts";
import { retryPolicies } from "#src/core/postbacks/retry-policies.ts";
import { judgeExchange } from "#src/core/postbacks/success-test.ts";
import { readGallery } from "#src/main/gallery.ts";
import { type SampleRequest, sampleRequests } from "../../scripts/reference/sample-requests.ts";

/** Written by a partner for a value that somebody forgot: in an address, a header or a body. */
const unfilled = /[{}[\]<>]|YOUR_|REPLACE|%7[BD]|__[A-Z]+__/;

const overHttp = ["template.personal_data_over_http", "template.secret_over_http"];
const inPrivacyTemplate = "template.personal_data_in_privacy_template";

const written = ({ request }: SampleRequest): string =>
  [request.url, ...request.headers].join("\n").replaceAll(/\[secret [\w.-]+\]/g, "");

for (const partner of readGallery()) {
  test(`${partner.id}: every template renders, and nothing in it is left to be filled in`, () => {
    const { samples, warnings } = sampleRequests(partner);
    assert.ok(samples.length > 0, "something is sent");
    const kinds = new Set(samples.map(({ of }) => of.split(" ")[0]));
    const promised = new Set(partner.partner.templates.map(({ event_kind }) => event_kind));
    assert.deepEqual(
      [...promised].filter((kind) => !kinds.has(kind)),
      [],
      "each kind that it has a template for",
    );
    for (const sample of samples) {
      assert.doesNotMatch(written(sample), unfilled, `${sample.of}: ${written(sample)}`);
      const { body } = sample.request;
      if (body !== null) assert.doesNotThrow(() => JSON.parse(body), `${sample.of}: ${body}`);
    }
    const isPlain = partner.partner.templates.some(({ url }) => url.startsWith("http:"));
    const isTold = partner.checks.some((check) => check.includes("plain HTTP"));
    assert.equal(isPlain, isTold, "plain HTTP is told of, where it is");
    const isLimiting = partner.partner.templates.some(({ privacy }) => privacy);
    const limits = partner.checks.filter((check) => /limits? (?:ad )?tracking/.test(check));
    assert.ok(!isLimiting || limits.length > 0, "what goes out of users who limit tracking is told");
    const isNaming = warnings.includes(inPrivacyTemplate);
    assert.ok(
      !isNaming || partner.checks.some((check) => check.includes("name a device")),
      "and so is what names them",
    );
    const told = new Set([...overHttp, ...(isLimiting ? [inPrivacyTemplate] : [])]);
    assert.deepEqual(
      warnings.filter((code) => !told.has(code)),
      [],
      "the lint has nothing to say that the file does not",
    );
  });

  test(`${partner.id}: of the barest event, and where nothing is shared, it is sent what can be read, or nothing`, () => {
    for (const sample of sampleRequests(partner, "barest").samples) {
      assert.doesNotMatch(written(sample), unfilled, `${sample.of}: ${written(sample)}`);
      assert.match(sample.request.url, /^https?:\/\/[a-z0-9.-]+\//, sample.of);
      const { body } = sample.request;
      if (body !== null) assert.doesNotThrow(() => JSON.parse(body), `${sample.of}: ${body}`);
      assert.doesNotMatch(
        `${sample.request.url} ${body}`,
        /12\.5|USD|aebe52e7|cdda802e/i,
        "nothing that is not shared",
      );
    }
  });

  test(`${partner.id}: the secrets and parameters that its templates name are those it asks for`, () => {
    const texts = JSON.stringify(partner.partner);
    const namesIn = (kind: string): readonly string[] =>
      [
        ...new Set([...texts.matchAll(new RegExp(`[({]${kind}\\.([\\w.-]+)`, "g"))].map(([, name = ""]) => name)),
      ].sort();
    assert.deepEqual(namesIn("secret"), Object.keys(partner.secrets).sort());
    assert.deepEqual(namesIn("param"), Object.keys(partner.parameters).sort());
  });
}

test("an Android event says that tracking is allowed, as only iOS asks for it", () => {
  const flags = { snapchat: /"advertiser_tracking_enabled": (\w+)/, nextdoor: /"app_tracking_enabled": (\w+)/ };
  const allowed = { snapchat: "1", nextdoor: "true" };
  for (const id of ["snapchat", "nextdoor"] as const) {
    const partner = readGallery().find((found) => found.id === id);
    assert.ok(partner !== undefined);
    for (const fill of ["whole", "barest"] as const) {
      const told: readonly SampleRequest[] = sampleRequests(partner, fill).samples.filter(
        ({ of }) => of === "in_app_event android",
      );
      assert.deepEqual(
        told.map(({ request }) => flags[id].exec(request.body ?? "")?.[1]),
        [allowed[id]],
        `${id}, ${fill}`,
      );
    }
  }
});

for (const { id, partner, answers } of readGallery()) {
  if (answers.length === 0 && partner.success.body === "any") continue;
  test(`${id}: its answers are judged as it means them, by the test that the sender's results go through`, () => {
    const success = successFromDocument(partner.success);
    for (const answer of answers)
      for (const body of setOutOtherwise(answer.body)) {
        const judged = judgeAnswer({ ...answer, body }, success);
        assert.equal(judged === "delivered", answer.means === "taken", `${answer.status} ${body}: ${judged}`);
      }
    if (partner.success.body === "any") return;
    // A test of the body that no body passes, or that every body passes, tells nothing.
    const heard = answers.filter(({ status }) => isIn(status, success.statuses)).map(({ means }) => means);
    assert.deepEqual(
      [...new Set(heard)].sort(),
      ["refused", "taken"],
      "an answer of each kind under a status that is heard",
    );
  });
}

/** The same answer as another library, or another release, would write it. */
const setOutOtherwise = (body: string): readonly string[] => {
  const parsed = parseJson(body);
  if (parsed.kind === "not_json" || typeof parsed.value !== "object") return [body, `${body}\n`, `\uFEFF${body}`];
  return [body, JSON.stringify(parsed.value), JSON.stringify(parsed.value, null, 2), `\uFEFF${body}\r\n`];
};

type Answer = { readonly status: number; readonly body: string };

const judgeAnswer = ({ status, body }: Answer, success: SuccessTest) => {
  const answer = { kind: "response", status, headers: [], body, bodyTruncated: false, retryAfterS: null } as const;
  const phases = { lookupMs: null, connectMs: 1, firstByteMs: 2 };
  const exchange = { startedAt: 0, durationMs: 3, phases, answer, remoteAddress: "192.0.2.1" };
  return judgeExchange({ exchange }, success, retryPolicies.carom).outcome;
};

const isIn = (status: number, ranges: SuccessTest["statuses"]): boolean =>
  ranges.some(([from, to]) => status >= from && status <= to);
