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
  /** Discovery answers 503 from now on, or no longer. */
  readonly setDown: (isDown: boolean) => void;
};

export const client = { clientId: "carom", clientSecret: "a secret of the client" } as const;
type Issued = { readonly claims: IssuedClaims; readonly challenge: string | null };

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export const anIssuer = async (): Promise<AnIssuer> => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const codes = new Map<string, Issued>();
  const exchanges: { authorization: string; form: URLSearchParams }[] = [];
  let isDown = false;
  let issuer = "";

  const idToken = (claims: IssuedClaims): string => {
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: issuer, aud: client.clientId, iat: now, exp: now + 300, ...claims };
    const signed = `${base64url({ alg: "RS256", kid: "one" })}.${base64url(payload)}`;
    return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), privateKey).toString("base64url")}`;
  };

  const exchange = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    const form = new URLSearchParams(await text(request));
    exchanges.push({ authorization: request.headers.authorization ?? "", form });
    const issued = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (issued === undefined || issued.challenge !== challenge) return [400, { error: "invalid_grant" }];
    return [200, { access_token: randomUUID(), token_type: "Bearer", id_token: idToken(issued.claims) }];
  };

  const answer = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    if (request.url === "/token") return exchange(request);
    if (request.url === "/keys")
      return [200, { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" }] }];
    if (isDown) return [503, {}];
    return [
      200,
      {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
      },
    ];
  };

  const server = createServer(async (request, response) => {
    const [status, body] = await answer(request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  issuer = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;

  return {
    issuer,
    consent: (authorizeUrl, claims) => {
      const { searchParams: asked } = new URL(authorizeUrl);
      const code = randomUUID();
      codes.set(code, { claims: { nonce: asked.get("nonce"), ...claims }, challenge: asked.get("code_challenge") });
      const back = new URL(asked.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", asked.get("state") ?? "");
      return back.pathname + back.search;
    },
    exchanges,
    setDown: (down) => {
      isDown = down;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
