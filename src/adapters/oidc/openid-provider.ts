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
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import { invariant } from "#src/core/invariant.ts";
import type { IdentityProvider } from "#src/ports/identity-provider.ts";

type ProviderSettings = { readonly issuer: string; readonly clientId: string; readonly clientSecret: string };

const timeoutS = 10;

/** Signs people in with the code flow, with PKCE, state and nonce. Nothing is asked of the issuer before somebody comes. */
export const openidProvider = (settings: ProviderSettings): IdentityProvider => {
  const configuration = discoveredOnce(settings);
  return {
    start: async (redirectUrl) => {
      const found = await configuration();
      const checks = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(found, {
        redirect_uri: redirectUrl,
        scope: "openid email profile",
        code_challenge: await calculatePKCECodeChallenge(checks.codeVerifier),
        code_challenge_method: "S256",
        state: checks.state,
        nonce: checks.nonce,
      });
      return { url: url.href, checks };
    },
    finish: async (returnedTo, checks) => {
      const tokens = await authorizationCodeGrant(await configuration(), new URL(returnedTo), {
        expectedState: checks.state,
        expectedNonce: checks.nonce,
        pkceCodeVerifier: checks.codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      invariant(claims !== undefined, "a grant that expects an id token has one");
      return {
        issuer: claims.iss,
        subject: claims.sub,
        email: textOf(claims["email"]),
        isEmailVerified: claims["email_verified"] === true,
        name: textOf(claims["name"]),
      };
    },
  };
};

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
