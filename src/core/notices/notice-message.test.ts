import assert from "node:assert/strict";
import { test } from "node:test";
import { appId, partnerId } from "#src/core/ids.ts";
import { noon } from "#test/support/an-event.ts";
import type { Notice } from "./notice.ts";
import { noticeBody, noticeMail } from "./notice-message.ts";

const notice: Notice = {
  phase: "opened",
  openedAt: noon,
  trouble: {
    kind: "receiver_failing",
    subject: "integration:com.example.game:north",
    appId: appId("com.example.game"),
    partnerId: partnerId("north"),
    detail: "it does not take what it is sent",
    since: noon - 1000,
  },
};

test("a webhook gets type, timestamp and the trouble with its subject, app and partner", () => {
  assert.deepEqual(JSON.parse(noticeBody(notice, noon + 1)), {
    type: "notice.opened",
    timestamp: "2026-01-14T12:00:00.001Z",
    data: {
      kind: "receiver_failing",
      subject: "integration:com.example.game:north",
      app_id: "com.example.game",
      partner_id: "north",
      detail: "it does not take what it is sent",
      since: "2026-01-14T11:59:59.000Z",
      opened_at: "2026-01-14T12:00:00.000Z",
    },
  });
});

test("a mail says in its subject what it is about, and names app and partner where there are any", () => {
  const { subject, text } = noticeMail(notice);
  assert.equal(subject, "[Carom] receiver_failing opened: integration:com.example.game:north");
  assert.match(
    text,
    /^This needs a look:\n\nit does not take[\s\S]*App: com\.example\.game\nPartner: north\nSince: 2026/,
  );
  const over = noticeMail({
    ...notice,
    phase: "cleared",
    trouble: { ...notice.trouble, appId: null, partnerId: null },
  });
  assert.match(over.text, /^This is over:/);
  assert.ok(!over.text.includes("App:") && !over.text.includes("Partner:"));
});
