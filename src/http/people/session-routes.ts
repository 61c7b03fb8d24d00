import type { SessionWire } from "#src/contract/people-wire.ts";
import { routes } from "#src/contract/routes.ts";
import { userId } from "#src/core/ids.ts";
import { type Caller, personCaller } from "#src/http/caller.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import type { Answered, Exchange, ServeRoute } from "#src/http/serve-route.ts";
import type { User } from "#src/ports/people-store.ts";
import { changePassword } from "./change-password.ts";
import { sessionAnswer } from "./people-answers.ts";
import type { PeopleDesk } from "./people-desk.ts";
import { type Visit, visitOf } from "./session-cookie.ts";
import { lookAt, signIn } from "./sign-in.ts";

type Answer = Promise<Answered<SessionWire>>;

/** Who is signed in; a key is nobody here. */
export const signedInUser = ({ book }: PeopleDesk, caller: Caller): User | Refusal => {
  const user = caller.kind === "person" ? book.user(userId(caller.keyId)) : null;
  return user ?? refuse("session.person_only", "this is for a person who is signed in, and a key asks");
};

export const serveSessions = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { people, engine } = dependencies;
  const { book } = people;
  const visit = (exchange: Exchange): Visit => visitOf(exchange, people);
  const answerAs = (caller: Caller, csrfToken: string | null): Answered<SessionWire> => ({
    kind: "ok",
    answer: sessionAnswer({ book, catalog: engine.catalog.current().catalog }, caller, csrfToken),
  });

  serve(routes.signIn, async ({ body }, exchange): Answer => {
    const came = await signIn(people, body, visit(exchange));
    return "code" in came ? came : answerAs(personCaller(came), came.csrfToken);
  });

  serve(routes.readSession, ({ caller }, exchange) => answerAs(caller, visit(exchange).csrfToken()));

  serve(routes.changeSession, async ({ body, caller }, exchange): Answer => {
    const user = signedInUser(people, caller);
    if ("code" in user) return user;
    const visitor = visit(exchange);
    const membership = await lookAt(people, { user, wanted: body.account_id ?? caller.accountId }, visitor);
    if ("code" in membership) return membership;
    const { name } = body;
    if (name !== undefined) await book.write(() => ({ put: { users: [{ ...(book.user(user.id) ?? user), name }] } }));
    return answerAs(personCaller({ user, membership }), visitor.csrfToken());
  });

  serve(routes.changePassword, async ({ body, caller }, exchange): Answer => {
    const user = signedInUser(people, caller);
    if ("code" in user) return user;
    const changed = await changePassword(dependencies, { user, caller, body }, visit(exchange));
    return "code" in changed ? changed : answerAs(caller, changed.csrfToken);
  });

  serve(routes.signOut, async ({ caller }, exchange) => {
    const user = signedInUser(people, caller);
    if ("code" in user) return user;
    await visit(exchange).leave();
    return { kind: "ok", answer: { user_id: user.id } };
  });
};
