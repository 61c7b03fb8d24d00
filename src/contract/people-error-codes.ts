import { caller, operator } from "./error-code-entry.ts";

/** Of sessions, one-time links, users and the identity provider. */
export const peopleErrorCodes = {
  "session.wrong_password": caller(401, "Email or password is wrong", "Try again, or ask an admin for a reset link."),
  "session.throttled": caller(429, "Too many attempts to sign in", "Wait for the seconds in `retry-after`."),
  "session.busy": operator(503, "Too many passwords are being checked", "Repeat after the seconds in `retry-after`."),
  "session.no_account": caller(403, "This account is not one of yours", "Ask an admin of the account to invite you."),
  "session.person_only": caller(403, "This is for a person who is signed in", "Sign in; a key has no session."),
  "link.unknown": caller(404, "There is no such link", "Ask for another one: a newer one takes an older one's place."),
  "link.used": caller(410, "The link was used", "Sign in, or ask for another one."),
  "link.expired": caller(410, "The link has ended", "Ask for another one."),
  "link.join": caller(
    409,
    "The person has signed in here before",
    "Sign in, then `POST /v1/invitations/{token}/join`.",
  ),
  "link.field_missing": caller(400, "The link needs another member", "Add the member that the message names."),
  "link.other_person": caller(403, "The invitation is for somebody else", "Sign in as the person who was invited."),
  "user.not_found": caller(404, "There is no such member", "Look with `GET /v1/users`."),
  "user.exists": caller(409, "They are a member already", "Change their role with `PATCH /v1/users/{id}`."),
  "user.role_too_high": caller(
    403,
    "Nobody gives or takes a role above their own",
    "Ask somebody whose role is as high.",
  ),
  "user.last_owner": caller(409, "The account would be without an owner", "Make somebody else an owner first."),
  "user.of_others": caller(
    403,
    "The person is a member elsewhere, too",
    "Remove them from your account, or ask the operator of the server.",
  ),
  "user.first_owner_there": caller(409, "There are people already", "Ask one of them to invite you."),
  "oidc.unset": caller(404, "Nobody signs in by an identity provider here", "Set `CAROM_OIDC_ISSUER` and its client."),
  "oidc.unreachable": operator(502, "The identity provider does not answer", "Try again; see the server's log."),
  "oidc.not_begun": caller(
    403,
    "This browser has not begun this sign-in, or too long ago",
    "Begin again at `/v1/oidc/start`, and finish within ten minutes in the same browser.",
  ),
  "oidc.refused": caller(
    403,
    "The identity provider refused the sign-in",
    "Do what the message says for the provider's reason, then begin again at `/v1/oidc/start`.",
  ),
  "oidc.answer_invalid": operator(
    502,
    "The identity provider's answer does not hold",
    "Begin again. If it stays, compare `CAROM_OIDC_ISSUER`, the client and both clocks; see the server's log.",
  ),
  "oidc.unknown_person": caller(403, "Nobody invited this person", "Ask an admin for an invitation to this email."),
} as const;
