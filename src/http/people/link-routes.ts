import type { SessionWire } from "#src/contract/people-wire.ts";
import { routes } from "#src/contract/routes.ts";
import { type Caller, personCaller } from "#src/http/caller.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import type { Answered, ServeRoute } from "#src/http/serve-route.ts";
import { joinByLink, readLink, takeLink } from "./link-uses.ts";
import { sessionAnswer } from "./people-answers.ts";
import { visitOf } from "./session-cookie.ts";
import { signedInUser } from "./session-routes.ts";

export const serveLinks = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { people, engine } = dependencies;
  const { book } = people;
  const answerAs = (caller: Caller, csrfToken: string | null): Answered<SessionWire> => ({
    kind: "ok",
    answer: sessionAnswer({ book, catalog: engine.catalog.current().catalog }, caller, csrfToken),
  });

  serve(routes.readInvitation, ({ params }) => {
    const meaning = readLink(people, engine.catalog.current().catalog, params.token);
    return "code" in meaning ? meaning : { kind: "ok", answer: meaning };
  });

  serve(routes.acceptInvitation, async ({ params, body }, exchange) => {
    const came = await takeLink(dependencies, { token: params.token, body }, visitOf(exchange, people));
    return "code" in came ? came : answerAs(personCaller(came), came.csrfToken);
  });

  serve(routes.joinAccount, async ({ params, caller }, exchange) => {
    const person = signedInUser(people, caller);
    if ("code" in person) return person;
    const visitor = visitOf(exchange, people);
    const joined = await joinByLink(dependencies, { token: params.token, person }, visitor);
    return "code" in joined ? joined : answerAs(personCaller(joined), visitor.csrfToken());
  });
};
