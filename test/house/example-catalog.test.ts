import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { readCatalogDocument } from "#src/contract/catalog-document.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import { nothingShown } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import { invariant } from "#src/core/invariant.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import { fieldsOfSchema, fieldsWritten } from "./checks/catalog-fields.ts";

const text = readFileSync("examples/catalog.yaml", "utf8");

test("the example catalog writes every field that a catalog can have", () => {
  const schema: unknown = JSON.parse(readFileSync("docs/reference/catalog.schema.json", "utf8"));
  const written = new Set([...fieldsWritten(parse(text))].map(withoutPlace));
  const missing = [...fieldsOfSchema(schema)].filter((field) => !written.has(withoutPlace(field)));
  assert.deepEqual(missing, []);
});

/** Requests, success tests, limits and the like have one form wherever they stand: a field counts with its parent. */
const withoutPlace = (path: string): string =>
  path
    .replaceAll("[]", "")
    .replace(/\btemplate\b/g, "templates")
    .split(".")
    .slice(-2)
    .join(".");

const app = () => {
  const reading = readCatalogDocument(text, "yaml");
  invariant(reading.kind === "read", "the example catalog can be read");
  const compilation = compileCatalog(reading.catalog, { hashes: nodeHashes });
  invariant(compilation.kind === "compiled", "the example catalog can be compiled");
  const [compiled] = compilation.compiled.apps.values();
  invariant(compiled !== undefined, "the example catalog has an app");
  return compiled;
};

/** Receivers that are owed a postback, with what it is. */
const owed = (event: Event): Readonly<Record<string, string>> =>
  Object.fromEntries(
    app()
      .decide(event, nothingShown)
      .matches.map(({ receiver, rendered }) => [
        receiver.id.replace(":com.example.game", ""),
        rendered.kind === "request"
          ? `${rendered.request.method} ${withoutMarks(rendered.request.url)}`
          : rendered.message,
      ]),
  );

/** What stands between control characters is put in when it is sent. */
const withoutMarks = (url: string): string => {
  const at = [...url].findIndex((character) => character < " ");
  return at === -1 ? url : url.slice(0, at);
};

const attributed = { media_source: "examplenetwork_int", install_time: noon - dayMs, platform: "android" } as const;

test("a purchase on Android goes to the network, to the warehouse, and by the integration's own template", () => {
  const fields = { ...attributed, advertising_id: "38400000-8cf0-11bd-b23e-10b96e40000e", clickid: "c-1" };
  assert.deepEqual(owed(anEvent({ name: "af_purchase", fields, value: { af_revenue: 5 } })), {
    "integration:example_network":
      "GET https://eu.network.example/event?gaid=38400000-8cf0-11bd-b23e-10b96e40000e&event=sale&value=%7B%22af_revenue%22%3A5%7D",
    "integration:warehouse": "POST https://warehouse.example/v1/events",
    "integration:form_network": "GET https://form.example/android?click=c-1&event=af_purchase&sig=v1.",
  });
});

test("a purchase of the agency's is the agency's, and one of a user who limits tracking tells no id", () => {
  const agency = owed(anEvent({ name: "af_purchase", fields: { ...attributed, af_prt: "brightagency" } }));
  assert.ok("integration:example_network:bright_agency" in agency);
  assert.ok(!("integration:example_network" in agency));
  const limiting = { ...attributed, platform: "ios", os_version: "17.1", att: 2, idfa: "i-1", country_code: "DE" };
  assert.equal(
    owed(anEvent({ name: "af_purchase", fields: limiting }))["integration:example_network"],
    "GET https://eu.network.example/event?event=sale&country=DE",
  );
});

test("of the rules, a crash on a large phone fires once, and an opened push is told by a POST", () => {
  const context = {
    "a.CrashEvent": "CrashEvent",
    "a.DeviceName": "iPhone 6 Plus",
    "a.Launches": "7",
    "a.AppID": "Example Game 3.1",
  };
  const crash = anEvent({ type: "hit", name: "crash", context, fields: { install_id: "i-1" } });
  assert.ok("rule:crashes-on-large-phones" in owed(crash));
  const again = app().decide(crash, { ...nothingShown, shownBefore: new Set(["rule:crashes-on-large-phones"]) });
  assert.ok(!again.matches.some(({ receiver }) => receiver.id.startsWith("rule:")));
  const message = { id: "42", event: "Open", channel: "Push Notification", templateName: "", parameters: {} };
  const opened = anEvent({ type: "message_event", name: "Open", message, fields: { customer_user_id: "u-1" } });
  assert.equal(owed(opened)["rule:5001"], "POST https://messages.example/in?message=42&event=Open&user=u-1");
});
