import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { requestOf } from "#test/support/a-template.ts";
import { anEventView, type ViewParts } from "#test/support/an-event-view.ts";
import { encodeJsonTexts } from "./encode-json-texts.ts";

const inBody = (macro: string, parts: ViewParts): string | null =>
  requestOf(
    { dialect: "leanplum", method: "POST", contentType: "text/plain", body: macro },
    anEventView({ type: "message_event", ...parts }),
  ).body;

const message = (channel: string, templateName: string, parametersText = "{}"): ViewParts => ({
  message: () => ({ id: "1", event: "Open", channel, templateName, parametersText }),
});

test("seed 001: the template name is empty but for in-app messages", () => {
  assert.equal(inBody("{{Template name}}", message("In-app Message", "Center Popup")), "Center Popup");
  assert.equal(inBody("{{Template name}}", message("Push Notification", "Center Popup")), "");
  assert.equal(inBody("{{Template name}}", message("Email", "Center Popup")), "");
});

test("seed 001: the channel is push, email or in-app message", () => {
  const channels = ["Push Notification", "Email", "In-app Message", "push", "in_app", "SMS"];
  assert.deepEqual(
    channels.map((channel) => inBody("{{Message channel}}", message(channel, ""))),
    ["push", "email", "in-app message", "push", "in-app message", "SMS"],
  );
});

test("seed 001: parameters are JSON, and each value in it is percent-encoded; what is masked stays N/A", () => {
  const parameters = '{"url": "https://e.example/?a=1&b=\\u00e9", "index":1, "list":["a b",{"x y":"N/A"}], "n":null}';
  assert.equal(
    inBody("{{Parameters}}", message("Email", "", parameters)),
    '{"url": "https%3A%2F%2Fe.example%2F%3Fa%3D1%26b%3D%C3%A9", "index":1, "list":["a%20b",{"x y":"N/A"}], "n":null}',
  );
});

test("any JSON keeps its shape and names when its texts are encoded", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const shape = (value: unknown): unknown => {
        if (typeof value === "string") return "text";
        if (Array.isArray(value)) return value.map(shape);
        if (typeof value !== "object" || value === null) return value;
        return Object.entries(value).map(([name, member]) => [name, shape(member)]);
      };
      assert.deepEqual(shape(JSON.parse(encodeJsonTexts(text))), shape(JSON.parse(text)));
    }),
  );
});
