import type { LinkMailWire, LinkWire } from "#src/contract/people-wire.ts";
import type { AccountId } from "#src/core/ids.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";

/** Sends a link to whom it is for, beside the answer that shows it. Never the only way: a mail that fails undoes nothing. */
export type LinkMail = (letter: Letter) => Promise<LinkMailWire>;

export type Letter = {
  readonly to: string;
  readonly link: LinkWire;
  /** Whose people it is about, by id and by name. */
  readonly accountId: AccountId;
  readonly accountName: string;
};

/** Whoever waits for the answer has the link in it: a mail server that is slow is not waited for. */
const patienceMs = 8_000;
const hourMs = 3_600_000;
/** An admin of an account is not the operator: the operator's mail server is not theirs to write to strangers with. */
const mailsOfAccountPerHourMax = 60;

type Parts = Pick<HttpDependencies, "mailer" | "clock" | "log"> & { readonly publicUrl: string | null };

export const openLinkMail = ({ mailer, clock, log, publicUrl }: Parts): LinkMail => {
  const counted = new Map<AccountId, { readonly since: number; count: number }>();
  const mayMail = (account: AccountId): boolean => {
    const now = clock.monotonic();
    const known = counted.get(account);
    if (known === undefined || known.since + hourMs <= now) {
      counted.set(account, { since: now, count: 1 });
      return true;
    }
    known.count += 1;
    return known.count <= mailsOfAccountPerHourMax;
  };

  return async (letter) => {
    // Without a public address a link begins with one that is of use on this machine alone.
    if (mailer === null || publicUrl === null) return "off";
    if (!mayMail(letter.accountId)) return "held_back";
    const late = Promise.withResolvers<{ readonly kind: "refused"; readonly reason: string }>();
    const cancel = clock.after(patienceMs, () => late.resolve({ kind: "refused", reason: "no answer in time" }));
    const sent = await Promise.race([mailer.send(mailOf(letter)), late.promise]);
    cancel();
    if (sent.kind === "refused") log.warn({ reason: sent.reason }, "a link could not be mailed");
    return sent.kind;
  };
};

const mailOf = ({ to, link, accountName }: Letter): { to: string; subject: string; text: string } => {
  const isReset = link.kind === "reset";
  const lines = [
    isReset
      ? "An admin has made a link by which you set a new password for Carom:"
      : `You are invited to ${accountName} on Carom. Come in by this link:`,
    "",
    link.url,
    "",
    `It works once, until ${link.expires_at}, for whoever has it: do not hand it on.`,
    isReset ? "Until it is used your password stays as it is." : "If you did not expect it, leave it alone.",
  ];
  const subject = isReset ? "[Carom] A link to set your password" : `[Carom] You are invited to ${accountName}`;
  return { to, subject, text: `${lines.join("\n")}\n` };
};
