import { createTransport } from "nodemailer";
import type { Mailer } from "#src/ports/mailer.ts";

const connectTimeoutMs = 10_000;

/** Sends through the operator's own mail server: `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
export const openMailer = (settings: { readonly url: string; readonly from: string }): Mailer => {
  const transport = createTransport({
    url: settings.url,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: connectTimeoutMs,
    // Nothing of a mail is read from files or fetched: what it says is in it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ to, subject, text }) => {
      try {
        await transport.sendMail({ from: settings.from, to: { name: "", address: to }, subject, text });
        return { kind: "sent" };
      } catch (error) {
        return { kind: "refused", reason: error instanceof Error ? error.message : String(error) };
      }
    },
  };
};
