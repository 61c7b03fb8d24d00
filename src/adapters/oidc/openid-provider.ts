import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  type IDToken,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import { invariant } from "#src/core/invariant.ts";
import type { Identity, IdentityProvider, SignInChecks } from "#src/ports/identity-provider.ts";
import { signInFault } from "./sign-in-fault.ts";

type ProviderSettings = { readonly issuer: string; readonly clientId: string; readonly clientSecret: string };

const timeoutS = 10;

/** Signs people in with the code flow, with PKCE, state and nonce. What the issuer is asked for fails on its own, never the start. */
export const openidProvider = (settings: ProviderSettings): IdentityProvider => {
  const configuration = discoveredOnce(settings);
  return {
    probe: () => configuration().then(() => null, signInFault),
    start: async (redirectUrl) => {
      const checks = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
      try {
        const url = buildAuthorizationUrl(await configuration(), {
          redirect_uri: redirectUrl,
          scope: "openid email profile",
          code_challenge: await calculatePKCECodeChallenge(checks.codeVerifier),
          code_challenge_method: "S256",
          state: checks.state,
          nonce: checks.nonce,
        });
        return { kind: "started", url: url.href, checks };
      } catch (error) {
        return signInFault(error);
      }
    },
    finish: async (returnedTo, checks) => {
      const returned = new URL(returnedTo);
      // Before anything else of the answer is looked at: a page that sends a browser here decides nothing by it.
      if (returned.searchParams.get("state") !== checks.state)
        return { kind: "fault", why: "not_begun", said: null, reason: "another state came back" };
      try {
        return identityOf(await exchangeCode(await configuration(), returned, checks));
      } catch (error) {
        return signInFault(error);
      }
    },
  };
};

const exchangeCode = async (found: Configuration, returned: URL, checks: SignInChecks): Promise<IDToken> => {
  const tokens = await authorizationCodeGrant(found, returned, {
    expectedState: checks.state,
    expectedNonce: checks.nonce,
    pkceCodeVerifier: checks.codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  invariant(claims !== undefined, "a grant that expects an id token has one");
  return claims;
};

const identityOf = (claims: IDToken): Identity => ({
  kind: "identity",
  issuer: claims.iss,
  subject: claims.sub,
  email: textOf(claims["email"]),
  isEmailVerified: claims["email_verified"] === true,
  name: textOf(claims["name"]),
});

const textOf = (claim: unknown): string | null => (typeof claim === "string" && claim !== "" ? claim : null);

/** What could not be found out is asked again by whoever comes next. */
const discoveredOnce = ({ issuer, clientId, clientSecret }: ProviderSettings): (() => Promise<Configuration>) => {
  let found: Promise<Configuration> | null = null;
  const server = new URL(issuer);
  // Only an issuer on this machine may be spoken to in the clear: the setting takes no other.
  const execute = server.protocol === "http:" ? [allowInsecureRequests] : [];
  return () => {
    found ??= discovery(server, clientId, undefined, secretAuth(clientSecret), { execute, timeout: timeoutS }).catch(
      (error: unknown) => {
        found = null;
        throw error;
      },
    );
    return found;
  };
};

/** By the form that the issuer takes; one that names none takes the basic one (OpenID Connect Discovery 1.0). */
const secretAuth = (clientSecret: string): ClientAuth => {
  const [basic, post] = [ClientSecretBasic(clientSecret), ClientSecretPost(clientSecret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    return (methods.includes("client_secret_basic") ? basic : post)(server, ...rest);
  };
};
