import { z } from "zod";
import { roles } from "#src/core/permissions/role.ts";
import { timeWire } from "./list-query.ts";

const emailLengthMax = 254;
const personNameLengthMax = 200;
const passwordLengthMin = 12;
const passwordLengthMax = 1000;

/** Two spellings of one address are one text: as it is kept, and looked up. */
export const sameEmail = (text: string): string => text.trim().normalize("NFC").toLowerCase();

export const emailField = z
  .string()
  .trim()
  .max(emailLengthMax)
  .regex(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, { error: "must be an email address such as ada@example.com" })
  .transform(sameEmail)
  .meta({ description: "Capital letters do not tell two people apart." });

export const personNameField = z
  .string()
  .trim()
  .min(1)
  .max(personNameLengthMax)
  .regex(/^\P{Cc}*$/u, { error: "must not hold a line break or another control character" });

/** Long, and otherwise as one likes: NIST SP 800-63B. */
export const newPasswordField = z
  .string()
  .min(passwordLengthMin, { error: `must have ${passwordLengthMin} characters or more` })
  .max(passwordLengthMax);

/** One that is only checked: a short one is wrong, and not malformed. */
export const knownPasswordField = z.string().min(1).max(passwordLengthMax);

const userStatuses = ["invited", "active", "disabled"] as const;

export const userWire = z
  .strictObject({
    id: z.string(),
    email: z.string(),
    name: z.string().meta({ description: "Empty until they have come." }),
    account_id: z.string(),
    role: z.enum(roles),
    status: z.enum(userStatuses).meta({
      description: "`invited` has not accepted yet; `disabled` cannot sign in, in no account.",
    }),
    has_password: z.boolean(),
    created_at: timeWire.meta({ description: "When they were invited into this account." }),
    last_seen_at: timeWire.nullable().meta({ description: "Of the sessions that they have now, to some minutes." }),
  })
  .meta({ id: "User", description: "A person, as a member of one account." });
export type UserWire = z.output<typeof userWire>;

export const linkWire = z
  .strictObject({
    kind: z.enum(["invitation", "reset", "first_owner"]),
    url: z.string().meta({ description: "Hand it to the person by a way that you trust; shown here and never again." }),
    token: z.string().meta({ description: "The part of it that `/v1/invitations/{token}` takes." }),
    expires_at: timeWire,
  })
  .meta({ id: "OneTimeLink" });
export type LinkWire = z.output<typeof linkWire>;

export const linkMailWire = z.enum(["sent", "refused", "held_back", "off"]).meta({
  description:
    "Whether the link went to the person by mail, too. `off`: no mail server or no public address is set; `refused`: the mail server did not take it; `held_back`: the account has mailed its share of this hour. The link holds in any case.",
});
export type LinkMailWire = z.output<typeof linkMailWire>;

export const sessionWire = z
  .strictObject({
    kind: z.enum(["person", "key", "local"]).meta({ description: "What asks: a person who signed in, or a key." }),
    name: z.string().meta({ description: "Of the person or key." }),
    email: z.string().nullable(),
    user_id: z.string().nullable(),
    account_id: z.string().meta({ description: "The account that is looked at." }),
    role: z.enum(roles),
    is_operator: z.boolean().meta({ description: "Sees and changes everything on this server." }),
    accounts: z
      .array(z.strictObject({ account_id: z.string(), name: z.string(), role: z.enum(roles) }))
      .meta({ description: "All that the person may choose from." }),
    csrf_token: z.string().nullable().meta({
      description: "Every request of a session that is not GET or HEAD carries it as the header `carom-csrf`.",
    }),
  })
  .meta({ id: "Session" });
export type SessionWire = z.output<typeof sessionWire>;
