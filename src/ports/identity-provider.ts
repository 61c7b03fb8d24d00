/** Where people may sign in instead of with a password: an OpenID provider. */
export type IdentityProvider = {
  /** Whether it answers; asks nothing for anybody. */
  readonly probe: () => Promise<SignInFault | null>;
  /** Where to send the browser, and what to keep until it comes back. */
  readonly start: (redirectUrl: string) => Promise<StartedSignIn | SignInFault>;
  /** Who came back, by the whole address they came back to. */
  readonly finish: (returnedTo: string, checks: SignInChecks) => Promise<Identity | SignInFault>;
};

export type StartedSignIn = { readonly kind: "started"; readonly url: string; readonly checks: SignInChecks };

/** Each is chance, and is known to the browser that began or to this server alone. */
export type SignInChecks = { readonly state: string; readonly nonce: string; readonly codeVerifier: string };

export type Identity = {
  readonly kind: "identity";
  readonly issuer: string;
  /** Who they are, and stay, to the issuer. */
  readonly subject: string;
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly name: string | null;
};

/** Why nobody comes in. */
export type SignInFault = {
  readonly kind: "fault";
  readonly why: /** What came back is not to what this browser began. */
    | "not_begun"
    /** The provider said no, see `said`. */
    | "refused"
    /** The provider's answer came, and does not hold: of another client, another sign-in, another time, not signed. */
    | "invalid"
    | "unreachable";
  /** The provider's own code for its no, where it is one of those that the standards name. */
  readonly said: string | null;
  /** For the log: what failed, without anything that was sent or heard. */
  readonly reason: string;
};
