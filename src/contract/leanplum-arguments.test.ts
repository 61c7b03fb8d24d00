import assert from "node:assert/strict";
import { test } from "node:test";
import {
  argumentOf,
  mergeLeanplumArguments,
  plainPostbackUrl,
  readLeanplumBody,
  readLeanplumChannels,
  readLeanplumQuery,
  strayParametersIn,
} from "./leanplum-arguments.ts";

const channelsOf = (query: string) => readLeanplumChannels(readLeanplumQuery(query));
const bodyOf = (text: string) => readLeanplumBody(text) ?? assert.fail(text);

test("channels are read as the vendor writes them, without quotes, and in every form that clients use", () => {
  const channels = ["Push Notification", "In-app Message"];
  for (const query of [
    "channels=[Push Notification, In-app Message]",
    "channels=[Push%20Notification,%20In-app%20Message]",
    "channels=%5BPush+Notification%2C+In-app+Message%5D",
    'channels=["Push Notification", "In-app Message"]',
    "channels=['In-app Message','Push Notification']",
    "channels=Push Notification,In-app Message",
    "channels=Push Notification&channels=In-app Message",
    "channels[]=push&channels[]=in-app message",
  ])
    assert.deepEqual(channelsOf(query), { kind: "channels", channels }, query);
  assert.deepEqual(readLeanplumChannels(bodyOf(JSON.stringify({ channels }))), { kind: "channels", channels });
  assert.deepEqual(readLeanplumChannels(bodyOf('{"channels":"[Push Notification, In-app Message]"}')), {
    kind: "channels",
    channels,
  });
});

test("no channels are all of them, and one that is not there is named", () => {
  for (const query of ["", "channels=", "channels=[]", "channels=[ ]"])
    assert.deepEqual(channelsOf(query), { kind: "channels", channels: [] }, query);
  assert.deepEqual(channelsOf("channels=[Email, SMS]"), { kind: "unknown", name: "SMS" });
});

test("arguments are read from a query, a form and a JSON object, whatever the type says", () => {
  const form = bodyOf("action=addPostback&postbackUrl=https%3A%2F%2Fa.example%2F%3Fu%3D%7B%7BUser+ID%7D%7D%26x%3D1");
  assert.equal(argumentOf(form, "postbackUrl"), "https://a.example/?u={{User ID}}&x=1");
  const json = bodyOf(' {"appId":"a","postbackId":5066549580791808,"devMode":true,"none":null,"info":{"a":1}} ');
  assert.equal(argumentOf(json, "postbackId"), "5066549580791808");
  assert.equal(argumentOf(json, "devMode"), "true");
  assert.equal(argumentOf(json, "info"), '{"a":1}');
  assert.equal(argumentOf(json, "none"), null);
  assert.equal(argumentOf(readLeanplumQuery("type=&appId=%20"), "type"), null);
  assert.equal(readLeanplumBody("{oops"), null);
  assert.equal(bodyOf("").size, 0);
});

test("what stands in both is the body's", () => {
  const merged = mergeLeanplumArguments(readLeanplumQuery("appId=query&action=x"), bodyOf("appId=body"));
  assert.deepEqual([argumentOf(merged, "appId"), argumentOf(merged, "action")], ["body", "x"]);
});

test("the rest of a URL that was not encoded is found, and one that was encoded twice is as its author meant it", () => {
  const cut = readLeanplumQuery("postbackUrl=https://a.example/?m={{Message ID}}&event={{Message event}}&devMode=true");
  assert.deepEqual(strayParametersIn(cut), ["event"]);
  assert.deepEqual(
    strayParametersIn(readLeanplumQuery("postbackUrl=https://a.example/?m={{Message ID}}%26e={{User ID}}")),
    [],
  );
  assert.equal(
    plainPostbackUrl("https://a/?m={{Message ID}}%26event={{X}}"),
    "https://a/?m={{Message ID}}&event={{X}}",
  );
  for (const url of [
    "https://a/?m={{Message ID}}%26event={{X}}&b=1",
    "https://a/?m={{Message ID}}%26%26",
    "https://a/",
  ])
    assert.equal(plainPostbackUrl(url), url);
});
