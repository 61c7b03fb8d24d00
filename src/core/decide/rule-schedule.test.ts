import assert from "node:assert/strict";
import { test } from "node:test";
import type { RuleSchedule } from "#src/core/catalog/postback-rule.ts";
import { compileSchedule, isTimeZone } from "./rule-schedule.ts";

const open: RuleSchedule = { startAt: null, endAt: null, days: [], hours: null, zone: "UTC" };
const isOpen = (parts: Partial<RuleSchedule>, time: string): boolean =>
  compileSchedule({ ...open, ...parts })(Date.parse(time));

test("without a schedule, and with an open one, any time will do", () => {
  assert.ok(compileSchedule(null)(0));
  assert.ok(isOpen({}, "2026-01-14T12:00:00Z"));
});

test("start and end belong to it", () => {
  const january = { startAt: Date.parse("2026-01-01T00:00:00Z"), endAt: Date.parse("2026-01-18T00:00:00Z") };
  assert.ok(isOpen(january, "2026-01-01T00:00:00Z"));
  assert.ok(isOpen(january, "2026-01-18T00:00:00Z"));
  assert.ok(!isOpen(january, "2025-12-31T23:59:59.999Z"));
  assert.ok(!isOpen(january, "2026-01-18T00:00:00.001Z"));
});

test("days and hours are of the schedule's zone, in winter and in summer", () => {
  const berlin = { days: ["mon", "tue"], hours: { from: 9 * 60, to: 17 * 60 }, zone: "Europe/Berlin" } as const;
  // A Monday: 09:00 in Berlin is 08:00 UTC in winter and 07:00 in summer.
  assert.ok(isOpen(berlin, "2026-01-12T08:00:00Z"));
  assert.ok(!isOpen(berlin, "2026-01-12T07:59:59Z"));
  assert.ok(isOpen(berlin, "2026-07-13T07:00:00Z"));
  assert.ok(!isOpen(berlin, "2026-07-13T15:00:00Z"));
  assert.ok(!isOpen(berlin, "2026-01-14T12:00:00Z"));
  assert.ok(isOpen({ ...berlin, hours: null }, "2026-01-11T23:30:00Z"));
  assert.ok(isOpen({ hours: berlin.hours, zone: "Asia/Kolkata" }, "2026-01-14T03:30:00Z"));
});

test("hours over midnight belong to the day on which they began", () => {
  const friday = { days: ["fri"], hours: { from: 22 * 60, to: 6 * 60 } } as const;
  assert.ok(isOpen(friday, "2026-01-16T22:00:00Z"));
  assert.ok(isOpen(friday, "2026-01-17T05:59:00Z"));
  assert.ok(!isOpen(friday, "2026-01-17T06:00:00Z"));
  assert.ok(!isOpen(friday, "2026-01-16T05:00:00Z"));
  assert.ok(!isOpen(friday, "2026-01-17T22:30:00Z"));
  assert.ok(isOpen({ ...friday, days: [] }, "2026-01-18T23:00:00Z"));
  // Sunday's morning is Saturday's night.
  assert.ok(isOpen({ ...friday, days: ["sat"] }, "2026-01-18T01:00:00Z"));
});

test("a zone is one that the calendar knows", () => {
  for (const zone of ["UTC", "Europe/Berlin", "America/New_York"]) assert.ok(isTimeZone(zone), zone);
  for (const zone of ["", "Europe/Nowhere", "local"]) assert.ok(!isTimeZone(zone), zone);
});
