import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import type { SignInFault } from "#src/ports/identity-provider.ts";

export const notBegun = refuse(
  "oidc.not_begun",
  "this browser has not begun this sign-in, or more than ten minutes ago; begin again at /v1/oidc/start",
);

/** Whoever comes is told whose turn it is; what failed in which words is for the operator's log. */
export const refuseFault = ({ why, said, reason }: SignInFault, log: HttpDependencies["log"]): Refusal => {
  log.warn({ why, reason }, "a sign-in at the identity provider failed");
  switch (why) {
    case "not_begun":
      return notBegun;
    case "refused":
      return refuse("oidc.refused", refusedText(said));
    case "invalid":
      return refuse(
        "oidc.answer_invalid",
        "the identity provider's answer is not to this sign-in; begin again, and tell the operator of this server if it stays",
      );
    case "unreachable":
      return refuse("oidc.unreachable", "the identity provider does not answer; try again in a while");
  }
};

const refusedText = (said: string | null): string => {
  const advice = said === null ? null : (adviceFor[said] ?? null);
  const words = advice ?? "begin again, and ask whoever runs it if it stays";
  return `the identity provider refused${said === null ? "" : ` (${said})`}: ${words}`;
};

const forOperator =
  "the operator of this server compares CAROM_OIDC_CLIENT_ID, its secret and the address to return to with what is registered there";

const adviceFor: Readonly<Record<string, string>> = {
  access_denied: "sign in there as somebody who may, or ask whoever runs it to let you",
  invalid_grant: "what you came back with was used or has ended; begin again",
  invalid_client: forOperator,
  unauthorized_client: forOperator,
  invalid_request: forOperator,
  invalid_scope: forOperator,
};
