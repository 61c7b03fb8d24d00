import assert from "node:assert/strict";
import { test } from "node:test";
import { messageChannels } from "#src/core/catalog/postback-rule.ts";
import { channelOf, hasMessageEvent } from "./message-events.ts";

const message = (event: string, channel: string, templateName = "") => ({
  id: "1",
  event,
  channel,
  templateName,
  parameters: {},
});

test("a channel is known by each of the names that the page gives it", () => {
  for (const channel of messageChannels) assert.equal(channelOf(message("Open", channel)), channel);
  assert.equal(channelOf(message("Open", "push")), "Push Notification");
  assert.equal(channelOf(message("Open", "EMAIL")), "Email");
  assert.equal(channelOf(message("Open", "in-app message")), "In-app Message");
  assert.equal(channelOf(message("Open", "in_app")), "In-app Message");
  assert.equal(channelOf(message("Open", "Webhook")), null);
});

test("Send and Sent are one event, and letter case tells nothing apart", () => {
  for (const event of ["Send", "Sent", "sent"]) {
    assert.ok(hasMessageEvent("Push Notification", message(event, "push")), event);
    assert.ok(hasMessageEvent("Email", message(event, "email")), event);
  }
  assert.ok(hasMessageEvent("Email", message("Marked as Spam", "email")));
});

test("a channel has its own events and not another's", () => {
  assert.ok(!hasMessageEvent("Push Notification", message("Click", "push")));
  assert.ok(!hasMessageEvent("Email", message("View", "email")));
  assert.ok(!hasMessageEvent("In-app Message", message("Sent", "in-app")));
});

test("an in-app message has the events of its template beside those of all", () => {
  const inApp = (event: string, template: string) =>
    hasMessageEvent("In-app Message", message(event, "in-app", template));
  assert.ok(inApp("View", "A template of ours"));
  assert.ok(inApp("held back", ""));
  assert.ok(inApp("Accept", "Center Popup"));
  assert.ok(!inApp("Accept", "Banner"));
  assert.ok(inApp("Select", "banner"));
  assert.ok(inApp("Select Button 2", "Rich Interstitial"));
  assert.ok(!inApp("Submit", "A template of ours"));
});
