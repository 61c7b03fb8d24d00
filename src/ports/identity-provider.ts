/** Where people may sign in instead of with a password: an OpenID provider. */
export type IdentityProvider = {
  /** Where to send the browser, and what to keep until it comes back. */
  readonly start: (redirectUrl: string) => Promise<StartedSignIn>;
  /** Who came back, by the whole address they came back to. Rejects where anything of it is not as it was begun. */
  readonly finish: (returnedTo: string, checks: SignInChecks) => Promise<Identity>;
};

export type StartedSignIn = { readonly url: string; readonly checks: SignInChecks };

/** Each is chance, and is known to the browser that began or to this server alone. */
export type SignInChecks = { readonly state: string; readonly nonce: string; readonly codeVerifier: string };

export type Identity = {
  readonly issuer: string;
  /** Who they are, and stay, to the issuer. */
  readonly subject: string;
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly name: string | null;
};
