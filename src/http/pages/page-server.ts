import type { FastifyInstance } from "fastify";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import type { Member } from "#src/http/people/members.ts";
import { type Visit, visitOf } from "#src/http/people/session-cookie.ts";
import { type Refusal, refuse, sendRefusal } from "#src/http/refusal.ts";
import { refuseForeignForm } from "./foreign-form.ts";
import { type FormValues, readForm } from "./form.ts";
import { asPage, type PageAnswer } from "./page.ts";

export type PageAsked = {
  /** What stands at the path's `:token`, or is empty. */
  readonly token: string;
  readonly next: string;
  readonly visitor: Visit;
  /** Who is signed in, in the account that their session looks at; null for nobody. */
  readonly member: Member | null;
};

type PageHandler = (asked: PageAsked) => PageAnswer | Refusal | Promise<PageAnswer | Refusal>;
type FormHandler = (asked: PageAsked, values: FormValues) => Promise<PageAnswer | Refusal>;

/** Registers pages, and the forms that are posted to them. */
export type PageServer = {
  readonly show: (path: string, handler: PageHandler) => void;
  /** By the names of what is filled in. */
  readonly take: (path: string, names: readonly string[], handler: FormHandler) => void;
};

const formBytesMax = 16_384;
type Served = { readonly method: "GET" | "POST"; readonly url: string; readonly names: readonly string[] };
type Linked = { Params: { token?: string }; Querystring: { next?: string | string[] } };

export const pageServer = (app: FastifyInstance, { people }: Pick<HttpDependencies, "people">): PageServer => {
  const serve = ({ method, url, names }: Served, handler: FormHandler): void => {
    app.route<Linked>({
      method,
      url,
      bodyLimit: formBytesMax,
      handler: async (request, reply) => {
        const refused = method === "POST" ? refuseForeignForm(request, people.publicUrl) : null;
        if (refused !== null) return sendRefusal(request, reply, refused);
        const form = readForm(request, names);
        if (form.kind === "refusal") return sendRefusal(request, reply, form);
        const visitor = visitOf({ request, reply }, people);
        const { token = "" } = request.params;
        const { next = "" } = request.query;
        const asked = { token, next: String(next), visitor, member: memberOf(visitor) };
        const answer = await handler(asked, form.values);
        if (answer.kind === "refusal") return sendRefusal(request, reply, answer);
        if (answer.kind === "page") return reply.send(asPage(request, reply, answer));
        return reply.code(303).header("location", answer.to).header("cache-control", "no-store").send("");
      },
    });
  };

  const memberOf = (visitor: Visit): Member | null => {
    const person = visitor.person();
    const user = person === null ? null : people.book.user(person.userId);
    const membership = person === null ? null : people.book.membership(person.userId, person.accountId);
    return user === null || membership === null ? null : { user, membership };
  };

  return {
    show: (path, handler) => serve({ method: "GET", url: path, names: [] }, async (asked) => handler(asked)),
    take: (path, names, handler) => serve({ method: "POST", url: path, names }, handler),
  };
};

/** Who sent a form that only somebody signed in is shown, by the token that stood in it. */
export const senderOf = ({ member, visitor }: PageAsked, values: FormValues): Member | Refusal => {
  if (member === null) return refuse("auth.session_ended", "the session has ended; sign in again");
  if (visitor.isCsrfToken(values["csrf_token"] ?? "")) return member;
  return refuse("auth.csrf", "the page was made for another session; open it anew and send it again");
};
