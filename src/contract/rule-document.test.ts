import assert from "node:assert/strict";
import { test } from "node:test";
import { retryPolicies } from "#src/core/postbacks/retry-policies.ts";
import { readCatalogDocument, writeCatalogDocument } from "./catalog-document.ts";

const withRule = (rule: string): string => `
carom: 1
apps:
  - id: com.example.game
    rules:
      - ${rule.trim().split("\n").join("\n        ")}
`;
const ruleIn = (rule: string) => {
  const reading = readCatalogDocument(withRule(rule), "yaml");
  assert.ok(reading.kind === "read", JSON.stringify(reading));
  const [read] = reading.catalog.apps[0]?.rules ?? [];
  assert.ok(read !== undefined);
  return { read, document: reading.document };
};
const told = (rule: string): readonly string[] => {
  const reading = readCatalogDocument(withRule(rule), "yaml");
  return reading.kind === "refused" ? reading.problems.map(({ code, message }) => `${code} ${message}`) : [];
};

const crash = `
id: crashes
template: { dialect: adobe, url: "https://hooks.example/?d={a.DeviceName}" }
triggers: [{ key: a.CrashEvent, matches: ex, values: null }]`;

test("a rule is custom, inactive and always, and delivered as carom does, unless it says otherwise", () => {
  const { read } = ruleIn(crash);
  assert.deepEqual([read.name, read.active, read.request.method], ["crashes", false, "GET"]);
  assert.deepEqual(read.when, {
    style: "custom",
    triggers: [{ key: "a.CrashEvent", matches: "ex", values: [] }],
    traits: [],
    schedule: null,
    frequency: "always",
  });
  assert.deepEqual(read.retryPolicy, retryPolicies.carom);
});

test("a rule on messages is a POST, delivered as Leanplum does", () => {
  const { read } = ruleIn(
    `
id: 1
style: message_events
channels: [Email, In-app Message]
template: { dialect: leanplum, url: "https://hooks.example/?m={{Message ID}}" }`.replace("id: 1", 'id: "1"'),
  );
  assert.deepEqual([read.request.method, read.request.body], ["POST", null]);
  assert.deepEqual(read.when, { style: "message_events", channels: ["Email", "In-app Message"] });
  assert.deepEqual(read.retryPolicy, retryPolicies.leanplum);
});

test("a timeout is the rule's own, and is written beside the name of its policy", () => {
  const { read, document } = ruleIn(`${crash}\ntimeout: 2s`);
  assert.deepEqual(read.retryPolicy, { ...retryPolicies.carom, timeoutMs: 2_000 });
  assert.match(writeCatalogDocument(document, "yaml"), /timeout: 2s\n\s+retry_policy: carom/);
});

test("values are text, numbers too, and hours and times are read and written as people say them", () => {
  const { read, document } = ruleIn(`
id: levels
template: { dialect: carom, url: "https://hooks.example/" }
triggers: [{ key: event_value.level, matches: ge, values: [5, "7"] }]
schedule: { start: "2026-01-01T00:00:00Z", days: [mon, fri], hours: { from: "09:30", to: "24:00" }, zone: Europe/Berlin }
frequency: once`);
  assert.ok(read.when.style === "custom");
  assert.deepEqual(read.when.triggers[0]?.values, ["5", "7"]);
  assert.deepEqual(read.when.schedule, {
    startAt: Date.UTC(2026, 0, 1),
    endAt: null,
    days: ["mon", "fri"],
    hours: { from: 570, to: 1440 },
    zone: "Europe/Berlin",
  });
  const again = readCatalogDocument(document, "json");
  assert.ok(again.kind === "read");
  assert.deepEqual(again.catalog.apps[0]?.rules[0], read);
});

test("what a style does not look at is refused, with the style that does", () => {
  const messages = `
id: "1"
style: message_events
template: { dialect: leanplum, url: "https://hooks.example/" }`;
  assert.deepEqual(told(`${messages}\ntriggers: [{ key: a, matches: ex }]\nfrequency: once`), [
    "catalog.value apps[0].rules[0].triggers: belongs to rules of style `custom`; leave it out of one of style `message_events`",
    "catalog.value apps[0].rules[0].frequency: belongs to rules of style `custom`; leave it out of one of style `message_events`",
  ]);
  assert.match(told(`${crash}\nchannels: [Email]`)[0] ?? "", /channels: belongs to rules of style `message_events`/);
});

test("an unknown operator, channel, day, hour or time is refused with those that are known", () => {
  assert.match(
    told(crash.replace("ex,", "exists,"))[0] ?? "",
    /triggers\[0\].matches: must be one of `ex`, `nx`, `eq`/,
  );
  const messages = `
id: "1"
style: message_events
template: { dialect: leanplum, url: "https://hooks.example/" }
channels: [Pusher]`;
  assert.match(told(messages)[0] ?? "", /channels\[0\]: must be one of `Push Notification`, `Email`, `In-app Message`/);
  const scheduled = (schedule: string) => told(`${crash}\nschedule: ${schedule}`)[0] ?? "";
  assert.match(scheduled("{ days: [monday] }"), /schedule.days\[0\]: must be one of `sun`/);
  assert.match(
    scheduled('{ hours: { from: "9", to: "17:00" } }'),
    /hours.from: must be an hour of the day such as 09:00/,
  );
  assert.match(scheduled("{ start: tomorrow }"), /schedule.start: must be a time such as 2026-01-14T12:00:00Z/);
  assert.match(told("id: x")[0] ?? "", /template: is missing and required/);
});
