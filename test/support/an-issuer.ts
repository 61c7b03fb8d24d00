import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

export type IssuedClaims = Readonly<Record<string, unknown>>;

/** An OpenID provider on a port of this machine, where everybody is signed in at once. */
export type AnIssuer = AsyncDisposable & {
  readonly issuer: string;
  /** What a browser is sent back to that follows `authorizeUrl`; the claims go into the id token of its code. */
  readonly consent: (authorizeUrl: string, claims: IssuedClaims) => string;
  /** Authorization headers and forms that the token endpoint was sent. */
  readonly exchanges: readonly { readonly authorization: string; readonly form: URLSearchParams }[];
  /** Who is signed in there when a browser comes to `/authorize`: it is sent back with a code for these claims. */
  readonly signIn: (claims: IssuedClaims) => void;
  /** Everything answers 503 from now on, or no longer. */
  readonly setDown: (isDown: boolean) => void;
  /** The token endpoint refuses every code with this error; null takes it back. */
  readonly setRefusal: (error: string | null) => void;
};

export const client = { clientId: "carom", clientSecret: "a secret of the client" } as const;
type Issued = { readonly claims: IssuedClaims; readonly challenge: string | null };

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

type Answer = { readonly status: number; readonly body?: unknown; readonly location?: string };

/** On the port, or on a free one. */
export const anIssuer = async (port = 0): Promise<AnIssuer> => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const codes = new Map<string, Issued>();
  const exchanges: { authorization: string; form: URLSearchParams }[] = [];
  let isDown = false;
  let refusal: string | null = null;
  let person: IssuedClaims = {};
  let issuer = "";

  const idToken = (claims: IssuedClaims): string => {
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: issuer, aud: client.clientId, iat: now, exp: now + 300, ...claims };
    const signed = `${base64url({ alg: "RS256", kid: "one" })}.${base64url(payload)}`;
    return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), privateKey).toString("base64url")}`;
  };

  const exchange = async (request: IncomingMessage): Promise<Answer> => {
    const form = new URLSearchParams(await text(request));
    exchanges.push({ authorization: request.headers.authorization ?? "", form });
    const issued = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    if (refusal !== null) return { status: 400, body: { error: refusal, error_description: "a hidden word" } };
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (issued === undefined || issued.challenge !== challenge)
      return { status: 400, body: { error: "invalid_grant" } };
    const body = { access_token: randomUUID(), token_type: "Bearer", id_token: idToken(issued.claims) };
    return { status: 200, body };
  };

  const consent = (authorizeUrl: string, claims: IssuedClaims): URL => {
    const { searchParams: asked } = new URL(authorizeUrl);
    const code = randomUUID();
    codes.set(code, { claims: { nonce: asked.get("nonce"), ...claims }, challenge: asked.get("code_challenge") });
    const back = new URL(asked.get("redirect_uri") ?? "");
    back.searchParams.set("code", code);
    back.searchParams.set("state", asked.get("state") ?? "");
    return back;
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    if (isDown) return { status: 503, body: {} };
    const asked = new URL(request.url ?? "/", issuer);
    if (asked.pathname === "/authorize") return { status: 302, location: consent(asked.href, person).href };
    if (asked.pathname === "/token") return exchange(request);
    if (asked.pathname === "/keys") {
      const key = { ...publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" };
      return { status: 200, body: { keys: [key] } };
    }
    const body = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    };
    return { status: 200, body };
  };

  const server = createServer(async (request, response) => {
    const { status, body, location } = await answer(request);
    const headers = { "content-type": "application/json", ...(location === undefined ? {} : { location }) };
    response.writeHead(status, headers).end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  issuer = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;

  return {
    issuer,
    consent: (authorizeUrl, claims) => {
      const { pathname, search } = consent(authorizeUrl, claims);
      return pathname + search;
    },
    exchanges,
    signIn: (claims) => {
      person = claims;
    },
    setRefusal: (error) => {
      refusal = error;
    },
    setDown: (down) => {
      isDown = down;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
