import type { Notice } from "./notice.ts";

/** A notice as a webhook gets it, in the form that Standard Webhooks proposes: type, timestamp, data. `at` is when it was judged. */
export const noticeBody = ({ phase, trouble, openedAt }: Notice, at: number): string =>
  JSON.stringify({
    type: `notice.${phase}`,
    timestamp: timeOf(at),
    data: {
      kind: trouble.kind,
      subject: trouble.subject,
      app_id: trouble.appId,
      partner_id: trouble.partnerId,
      detail: trouble.detail,
      since: timeOf(trouble.since),
      opened_at: timeOf(openedAt),
    },
  });

export const noticeMail = ({ phase, trouble }: Notice): { readonly subject: string; readonly text: string } => {
  const lines = [
    `${openings[phase]}:`,
    "",
    trouble.detail,
    "",
    ...(trouble.appId === null ? [] : [`App: ${trouble.appId}`]),
    ...(trouble.partnerId === null ? [] : [`Partner: ${trouble.partnerId}`]),
    `Since: ${timeOf(trouble.since)}`,
  ];
  return { subject: `[Carom] ${trouble.kind} ${phase}: ${trouble.subject}`, text: `${lines.join("\n")}\n` };
};

const openings: Readonly<Record<Notice["phase"], string>> = {
  opened: "This needs a look",
  reminded: "This still lasts",
  cleared: "This is over",
  test: "This is a test",
};

const timeOf = (at: number): string => new Date(at).toISOString();
