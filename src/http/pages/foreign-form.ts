import type { FastifyRequest } from "fastify";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import { isOwnOrigin } from "#src/http/web-origin.ts";

/**
 * Why a form was not sent from a page of this server, or null. A form of another site could sign somebody in as
 * somebody else before there is any session whose token it had to know; browsers say where a form comes from, and
 * whoever is no browser is nobody's victim.
 */
export const refuseForeignForm = (
  { headers }: Pick<FastifyRequest, "headers">,
  publicUrl: string | null,
): Refusal | null => {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none" ? null : foreign;
  const { origin } = headers;
  if (origin === undefined || isOwnOrigin(origin, headers.host)) return null;
  // A proxy may call this server by another name than people do.
  return publicUrl !== null && new URL(publicUrl).origin === origin ? null : foreign;
};

const foreign = refuse("auth.csrf", "the form was sent from another site; open the page here and send it again");
