import assert from "node:assert/strict";
import { test } from "node:test";
import type { PostbackTemplate } from "#src/core/catalog/catalog.ts";
import type { Fields } from "#src/core/events/event.ts";
import { anIntegration, aPartner, aTemplate, type TemplateParts } from "#test/support/a-catalog.ts";
import { aCompiledApp } from "#test/support/a-compiled-app.ts";
import { codesOf, urlsOf } from "#test/support/a-verdict.ts";
import { anEvent } from "#test/support/an-event.ts";
import { nothingShown } from "./verdict.ts";

const named = (url: string, parts: TemplateParts = {}) => aTemplate({ url, ...parts });
const appWith = (own: readonly PostbackTemplate[], overrides: readonly PostbackTemplate[] = []) =>
  aCompiledApp(
    { integrations: [anIntegration({ templates: overrides, inApp: { rejectedEvents: true } })] },
    { partners: [aPartner({ templates: own })] },
  );
const used = (
  app: ReturnType<typeof appWith>,
  fields: Fields = {},
  type: "in_app_event" | "install" = "in_app_event",
) => urlsOf(app, anEvent({ fields, type, name: "purchase" }))[0];

test("a template of the platform goes before one for all, however the platform is written", () => {
  const app = appWith([named("all"), named("ios", { platform: "ios" }), named("win", { platform: "windows" })]);
  for (const platform of ["ios", "iOS", "iPhone OS", "iPadOS"]) assert.equal(used(app, { platform }), "ios", platform);
  assert.equal(used(app, { platform: "Windows Mobile" }), "win");
  for (const platform of ["Android", "tizen"]) assert.equal(used(app, { platform }), "all", platform);
  assert.equal(used(app), "all");
});

test("without a template for the kind and platform there is none", () => {
  assert.deepEqual(codesOf(appWith([]), anEvent()), ["no_template"]);
  assert.deepEqual(codesOf(appWith([named("x", { platform: "android" })]), anEvent()), ["no_template"]);
  assert.deepEqual(codesOf(appWith([named("x")]), anEvent({ type: "install" })), ["no_template"]);
  assert.deepEqual(codesOf(appWith([named("x")]), anEvent({ type: "skan_postback", name: "purchase" })), [
    "no_template",
  ]);
  assert.deepEqual(codesOf(appWith([named("x", { privacy: true })]), anEvent()), ["no_template"]);
});

test("a rejected install or event goes by its own template, else by the normal one", () => {
  const install = named("install", { eventKind: "install" });
  const plain = appWith([install, named("event")]);
  const own = appWith([
    install,
    named("event"),
    named("rejected install", { eventKind: "rejected_install" }),
    named("rejected event", { eventKind: "rejected_event" }),
  ]);
  const rejected = { is_rejected: true };
  assert.equal(used(plain, rejected), "event");
  assert.equal(used(plain, rejected, "install"), "install");
  assert.equal(used(own, rejected), "rejected event");
  assert.equal(used(own, rejected, "install"), "rejected install");
  assert.equal(used(own), "event");
});

test("an integration's override goes before the partner's own, also before one of the platform", () => {
  const app = appWith([named("own"), named("own ios", { platform: "ios" })], [named("override")]);
  assert.equal(used(app), "override");
  assert.equal(used(app, { platform: "ios" }), "override");
});

test("for a user who limits tracking the privacy template is used, whoever's it is; without one the normal", () => {
  const limiting = { platform: "ios", os_version: "17.1", att: 2 };
  const own = [
    named("own"),
    named("private", { privacy: true }),
    named("private android", { privacy: true, platform: "android" }),
  ];
  assert.equal(used(appWith(own), limiting), "private");
  assert.equal(used(appWith(own, [named("override")]), limiting), "private");
  assert.equal(used(appWith([named("own")]), limiting), "own");
  assert.equal(used(appWith(own)), "own");
});

test("of a user who limits tracking a rejected event goes by the privacy template of the normal kind before a normal one of its own", () => {
  const app = appWith([
    named("event"),
    named("private event", { privacy: true }),
    named("rejected event", { eventKind: "rejected_event" }),
  ]);
  assert.equal(used(app, { is_rejected: true, platform: "ios", os_version: "17.1", att: 2 }), "private event");
  assert.equal(used(app, { is_rejected: true, platform: "ios", os_version: "17.1", att: 3 }), "rejected event");
});

test("an event that tells no platform waits for its install where the templates are by platform", () => {
  const byPlatform = appWith([named("ios", { platform: "ios" }), named("android", { platform: "android" })]);
  const waits = (app: ReturnType<typeof appWith>, fields: Fields) =>
    app.decide(anEvent({ fields }), nothingShown).waitsForInstall;
  assert.ok(waits(byPlatform, {}));
  assert.ok(!waits(byPlatform, { platform: "windows" }));
  const privateOnly = appWith([named("private", { privacy: true })]);
  assert.ok(waits(privateOnly, { platform: "ios" }));
  assert.ok(!waits(privateOnly, { platform: "ios", os_version: "17", att: 3, is_lat: false }));
  assert.ok(!waits(appWith([]), {}));
});

test("is_lat counts before iOS 14 only, from iOS 14 att, where only 3 allows; on Android neither", () => {
  const app = appWith([named("own"), named("private", { privacy: true })]);
  const cases: readonly (readonly [Fields, string])[] = [
    [{ platform: "ios", os_version: "13.7", is_lat: true }, "private"],
    [{ platform: "ios", os_version: "13.7", is_lat: false, att: 0 }, "own"],
    [{ platform: "ios", os_version: "14.0", is_lat: true }, "own"],
    [{ platform: "ios", os_version: "14.0", att: 0 }, "private"],
    [{ platform: "ios", os_version: "14.0", att: "1" }, "private"],
    [{ platform: "ios", os_version: "14.0", att: 3, is_lat: true }, "own"],
    [{ platform: "ios", is_lat: true }, "private"],
    [{ platform: "ios", is_lat: true, att: 3 }, "own"],
    [{ platform: "ios" }, "own"],
    [{ platform: "android", os_version: "9", is_lat: true, att: 0 }, "own"],
    [{ is_lat: true }, "own"],
    [{ att: 2 }, "private"],
    [{ platform: "tvOS", att: 0 }, "private"],
    [{ att: 3 }, "own"],
    [{ platform: "windows", att: 2 }, "own"],
  ];
  for (const [fields, expected] of cases) assert.equal(used(app, fields), expected, JSON.stringify(fields));
});
