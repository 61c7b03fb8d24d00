import type { AnyRoute } from "#src/contract/route.ts";

/** Headers that call a route with the kind of key that it takes, and that ask for problems where a client has other words. */
export const credentialHeaders = (
  { credential }: AnyRoute,
  { ingest, management }: { readonly ingest: string; readonly management: string },
): Readonly<Record<string, string>> => {
  const accept = "application/problem+json";
  if (credential === undefined) return { accept, authorization: `Bearer ${management}` };
  switch (credential) {
    case "authentication_header":
      return { accept, authentication: ingest };
    case "push_header":
      return { accept, authorization: ingest };
    // It stands in no header: the call goes without one.
    case "client_key":
      return { accept };
    case "basic":
      return { accept, authorization: `Basic ${Buffer.from(`${ingest}:`).toString("base64")}` };
  }
};
