import assert from "node:assert/strict";
import { test } from "node:test";
import { problemsOf, requestOf } from "#test/support/a-template.ts";
import { anEventView } from "#test/support/an-event-view.ts";

/** The documented example of all values (domain.md 2.2), with its ampersands as they go into a URL. */
const all =
  "https://p.example/?message_id={{Message ID}}&event={{Message event}}&device_id={{Device ID}}&userId={{User ID}}&timestamp={{Trigger time}}&channel={{Message channel}}&template_name={{Template name}}&parameters={{Parameters}}&abTestID={{AB test ID}}&variantID={{Variant ID}}";

test("seed 001: every value of a message event; those of A/B tests are empty", () => {
  const view = anEventView({
    type: "message_event",
    fields: { device_id: "d 1", customer_user_id: "u&1" },
    eventTime: 1_451_989_230_456,
    message: () => ({
      id: "5676",
      event: "Click",
      channel: "Email",
      templateName: "x",
      parametersText: '{"url":"https://e.example/?a=b","index":1}',
    }),
  });
  assert.equal(
    requestOf({ dialect: "leanplum", url: all }, view).url,
    "https://p.example/?message_id=5676&event=Click&device_id=d%201&userId=u%261&timestamp=1451989230456&channel=email&template_name=&parameters=%7B%22url%22%3A%22https%253A%252F%252Fe.example%252F%253Fa%253Db%22%2C%22index%22%3A1%7D&abTestID=&variantID=",
  );
});

test("seed 001: every value of an A/B-test event", () => {
  const view = anEventView({
    type: "ab_test_event",
    fields: { device_id: "d", customer_user_id: "u" },
    eventTime: 1_451_989_230_000,
    abTest: () => ({ id: "11", variantId: "12" }),
  });
  const url = "https://p.example/?u={{User ID}}&d={{Device ID}}&t={{Trigger time}}&a={{AB test ID}}&v={{Variant ID}}";
  assert.equal(
    requestOf({ dialect: "leanplum", url }, view).url,
    "https://p.example/?u=u&d=d&t=1451989230000&a=11&v=12",
  );
});

test("names are exact; any other in double braces is refused with the one likely meant", () => {
  const url = "https://p.example/?a={{message id}}&b={{foo}}&c={{ User ID }}";
  assert.deepEqual(
    problemsOf({ dialect: "leanplum", url }).map(({ message }) => message),
    [
      "templates[0].url: unknown macro {{message id}} at character 22; did you mean {{Message ID}}?",
      "templates[0].url: unknown macro {{foo}} at character 39",
      "templates[0].url: unknown macro {{ User ID }} at character 49; did you mean {{User ID}}?",
    ],
  );
});

test("single braces are text, so a JSON body needs no escape", () => {
  const body = '{"a":{"u":"{{User ID}}","p":{{Parameters}}},"b":{"x":{}},"k":"{{secret.key}}","q":"{{param.q}}"}';
  const view = anEventView({
    type: "message_event",
    fields: { customer_user_id: 'u"1' },
    message: () => ({ id: "1", event: "Open", channel: "push", templateName: "", parametersText: '{"a":"b"}' }),
  });
  assert.equal(
    requestOf({ dialect: "leanplum", method: "POST", body, parameters: { q: "7" } }, view).body,
    '{"a":{"u":"u\\"1","p":{"a":"b"}},"b":{"x":{}},"k":"\u0001json:key\u0002","q":"7"}',
  );
});
