import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from "openid-client";
import type { SignInFault } from "#src/ports/identity-provider.ts";

/** RFC 6749 4.1.2.1 and 5.2, and OpenID Connect Core 3.1.2.6. A code beyond these could say anything, and is not repeated. */
const namedCodes = new Set([
  "access_denied",
  "account_selection_required",
  "consent_required",
  "interaction_required",
  "invalid_client",
  "invalid_grant",
  "invalid_request",
  "invalid_scope",
  "login_required",
  "server_error",
  "temporarily_unavailable",
  "unauthorized_client",
  "unsupported_grant_type",
  "unsupported_response_type",
]);

/** In the order in which a sign-in can fail: asked, sent back, exchanged for a token, believed. */
export const signInFault = (error: unknown): SignInFault => {
  const reason = reasonOf(error);
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    const isDown = error instanceof ResponseBodyError && error.status >= 500;
    const said = namedCodes.has(error.error) ? error.error : null;
    return { kind: "fault", why: isDown ? "unreachable" : "refused", said, reason: `${reason} (${said ?? "other"})` };
  }
  // A client that is not known may be told by a challenge in place of a body.
  if (error instanceof WWWAuthenticateChallengeError)
    return { kind: "fault", why: "refused", said: "invalid_client", reason };
  return { kind: "fault", why: whyOf(error), said: null, reason };
};

const unreachableCodes = new Set([
  "OAUTH_TIMEOUT",
  "OAUTH_ABORT",
  "OAUTH_RESPONSE_IS_NOT_JSON",
  "OAUTH_RESPONSE_IS_NOT_CONFORM",
]);

const whyOf = (error: unknown): SignInFault["why"] => {
  const code = codeOf(error);
  if (code === null || unreachableCodes.has(code)) return "unreachable";
  return "invalid";
};

const codeOf = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;

/** Of the library's own sentences and codes alone: what lies beneath them may hold what the provider was sent. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown";
  const { cause } = error;
  const beneath = codeOf(cause) ?? codeOf(cause instanceof Error ? cause.cause : null);
  const sentence = cause instanceof Error && codeOf(cause)?.startsWith("OAUTH_") ? cause.message : error.message;
  return beneath === null || beneath.startsWith("OAUTH_") ? sentence : `${sentence} (${beneath})`;
};
