import type { LinkWire } from "#src/contract/people-wire.ts";

/** The request that a one-time link is for, to be filled in: no page stands behind its address yet. */
export const linkRequest = ({ kind, url, token }: LinkWire): readonly string[] => {
  // As it stands the password is too short to be taken: nobody comes in by one that was printed.
  const body = {
    ...(kind === "first_owner" ? { email: "you@example.com" } : {}),
    ...(kind === "reset" ? {} : { name: "You" }),
    password: "your own",
  };
  return [
    `curl ${url.replace(/\/(?:welcome#|invite\/).*$/, "")}/v1/invitations/${token} \\`,
    `  -H 'content-type: application/json' -d '${JSON.stringify(body)}'`,
  ];
};
