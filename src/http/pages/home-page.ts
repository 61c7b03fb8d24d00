import type { SessionWire } from "#src/contract/people-wire.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { isAtLeast, type Role } from "#src/core/permissions/role.ts";
import { personCaller } from "#src/http/caller.ts";
import { type Html, html } from "#src/http/html.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import type { Member } from "#src/http/people/members.ts";
import { sessionAnswer } from "#src/http/people/people-answers.ts";
import { lookAt } from "#src/http/people/sign-in.ts";
import { buttonForm } from "./form.ts";
import type { PageAnswer } from "./page.ts";
import { type PageServer, senderOf } from "./page-server.ts";

/** Where somebody who is signed in lands: who they are here, and where everything else is. */
export const serveHome = ({ show, take }: PageServer, { people, engine }: HttpDependencies): void => {
  show("/", ({ member, visitor }) => {
    const csrfToken = visitor.csrfToken();
    if (member === null || csrfToken === null) return { kind: "go", to: "sign-in" };
    const { catalog } = engine.catalog.current();
    return homePage(sessionAnswer({ book: people.book, catalog }, personCaller(member), csrfToken), {
      csrfToken,
      isAgency: isAgencyOf(catalog, member),
      hasPassword: member.user.passwordHash !== null,
    });
  });

  take("/look-at", ["csrf_token", "account_id"], async (asked, values) => {
    const sender = senderOf(asked, values);
    if ("code" in sender) return sender;
    const wanted = values["account_id"] ?? "";
    const membership = await lookAt(people, { user: sender.user, wanted }, asked.visitor);
    return "code" in membership ? membership : { kind: "go", to: "./" };
  });
};

const isAgencyOf = ({ accounts }: Catalog, { membership }: Member): boolean =>
  accounts.some(({ id, kind }) => id === membership.accountId && kind === "agency");

/** What somebody of the role does first, with the part of the API's description that tells how. */
const nextSteps = (role: Role, isAgency: boolean): Html => html`<p>As ${role} you may:</p>
<ul>
<li>look at <a href="docs#events">events</a>, <a href="docs#postbacks">postbacks</a> and <a href="docs#looking">counts</a></li>
${
  isAtLeast(role, "editor")
    ? html`<li>change <a href="docs#integrations">integrations</a>${isAgency ? html`: your own, with <code>?configurator=</code> and your account, on apps that grant it` : null}, and try a change with a <a href="docs#simulations">simulation</a></li>`
    : null
}
${
  isAtLeast(role, "admin")
    ? html`<li>make <a href="docs#keys">keys</a> and invite <a href="docs#users">people</a></li>`
    : null
}
</ul>`;

type Shown = { readonly csrfToken: string; readonly isAgency: boolean; readonly hasPassword: boolean };

const homePage = (session: SessionWire, { csrfToken, isAgency, hasPassword }: Shown): PageAnswer => {
  const { name, email, account_id: current, role, is_operator: isOperator, accounts } = session;
  const account = accounts.find(({ account_id: id }) => id === current)?.name ?? current;
  const others = accounts.filter(({ account_id: id }) => id !== current);
  const body = html`<dl>
<dt>Name</dt><dd>${name}</dd>
<dt>Email</dt><dd>${email}</dd>
<dt>Account</dt><dd>${account}</dd>
<dt>Role</dt><dd>${role}${isOperator ? ", operates this server" : ""}</dd>
</dl>
${others.map((other) =>
  buttonForm({
    action: "look-at",
    label: `Go to ${other.name} (${other.role})`,
    csrfToken,
    values: { account_id: other.account_id },
    isPlain: true,
  }),
)}
${nextSteps(role, isAgency)}
<p>Everything is done over the API and by the command line, <code>carom</code>, with a key that an admin of the account makes.</p>
<ul>
<li><a href="docs">What the API takes and answers</a></li>
<li><a href="openapi.json">The same as an OpenAPI document</a></li>
</ul>
${hasPassword ? html`<p><a href="password">Change your password</a></p>` : null}
${buttonForm({ action: "sign-out", label: "Sign out", csrfToken })}`;
  return { kind: "page", code: null, title: "You are signed in", body };
};
