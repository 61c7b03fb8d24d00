import { receiverId } from "#src/core/ids.ts";
import type { NoticeTarget } from "#src/core/notices/notice.ts";
import { noticeBody, noticeMail } from "#src/core/notices/notice-message.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";
import { attemptTimeMark, signatureMark } from "#src/core/templates/signature-mark.ts";
import type { SharedSender } from "#src/engine/deliver/shared-sender.ts";
import type { Mailer } from "#src/ports/mailer.ts";
import type { QueuedNotice } from "#src/ports/notice-store.ts";

export type Told = { readonly kind: "told" } | { readonly kind: "unheard"; readonly reason: string };
type Message = Pick<QueuedNotice, "id" | "notice" | "at">;

const timeoutMs = 10_000;

/** Brings one notice to where it goes: a POST through the guarded sender, or a mail. One try. */
export class NoticePost {
  readonly #sender: SharedSender;
  readonly #mailer: Mailer | null;

  constructor(given: { readonly sender: SharedSender; readonly mailer: Mailer | null }) {
    this.#sender = given.sender;
    this.#mailer = given.mailer;
  }

  async tell(target: NoticeTarget, message: Message): Promise<Told> {
    switch (target.to.kind) {
      case "webhook":
        return this.#postTo(target, webhookRequest(target.to, message));
      case "mail": {
        if (this.#mailer === null) return { kind: "unheard", reason: "no mail server is set" };
        const sent = await this.#mailer.send({ to: target.to.address, ...noticeMail(message.notice) });
        return sent.kind === "sent" ? { kind: "told" } : { kind: "unheard", reason: sent.reason };
      }
    }
  }

  async #postTo({ id }: NoticeTarget, request: RenderedRequest): Promise<Told> {
    const { exchange } = await this.#sender.sendOne({
      receiverId: receiverId(`notice:${id}`),
      request,
      headers: [],
      timeoutMs,
      bodyNeeded: false,
    });
    const { answer } = exchange;
    if (answer.kind === "fault") return { kind: "unheard", reason: `${answer.fault}: ${answer.message}` };
    const isHeard = answer.status >= 200 && answer.status < 300;
    return isHeard ? { kind: "told" } : { kind: "unheard", reason: `it answered ${answer.status}` };
  }
}

const webhookRequest = (
  { url, secret }: Extract<NoticeTarget["to"], { kind: "webhook" }>,
  message: Message,
): RenderedRequest => {
  const signed = secret === null ? [] : ["webhook-signature", signatureMark({ kind: "standard_webhooks", secret })];
  const ids = ["webhook-id", message.id.replaceAll(/[^\w.:-]/g, "_"), "webhook-timestamp", attemptTimeMark];
  return {
    method: "POST",
    url,
    headers: ["content-type", "application/json", ...ids, ...signed],
    body: noticeBody(message.notice, message.at),
  };
};
