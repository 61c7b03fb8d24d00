import { readRequestPart } from "#src/contract/request-problems.ts";
import { routes } from "#src/contract/routes.ts";
import { type Html, html } from "#src/http/html.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { joinByLink, type LinkMeaning, readLink, takeLink } from "#src/http/people/link-uses.ts";
import {
  alertHtml,
  buttonForm,
  type Field,
  type FormFaults,
  type FormValues,
  faultOfRefusal,
  faultsOfEntries,
  fieldHtml,
  noFaults,
} from "./form.ts";
import type { PageAnswer } from "./page.ts";
import { type PageAsked, type PageServer, senderOf } from "./page-server.ts";

const names = ["name", "email", "password"] as const;
const home = { kind: "go", to: "../" } as const;

/** What one-time links lead to. Showing one uses nothing up: mail programs look at links before people do. */
export const serveLinkPages = ({ show, take }: PageServer, dependencies: HttpDependencies): void => {
  const { people, engine } = dependencies;
  const meaningOf = (token: string) => readLink(people, engine.catalog.current().catalog, token);
  const hasProvider = people.identityProvider !== null;

  for (const path of ["/invite/:token", "/welcome/:token"]) {
    show(path, (asked) => {
      const meaning = meaningOf(asked.token);
      if ("code" in meaning) return meaning;
      if (meaning.joins) return joinPage(meaning, asked);
      return linkPage({ meaning, values: {}, faults: noFaults, hasProvider }, asked);
    });

    take(path, [...names, "csrf_token"], async (asked, values) => {
      const meaning = meaningOf(asked.token);
      if ("code" in meaning) return meaning;
      const { token, visitor } = asked;
      if (meaning.joins) {
        const sender = senderOf(asked, values);
        if ("code" in sender) return sender;
        const joined = await joinByLink(dependencies, { token, person: sender.user }, visitor);
        return "code" in joined ? joined : home;
      }
      const page = (faults: FormFaults): PageAnswer => linkPage({ meaning, values, faults, hasProvider }, asked);
      const given = Object.fromEntries(filledIn[meaning.kind].map((name) => [name, values[name]]));
      const read = readRequestPart(routes.acceptInvitation.body.schema, given);
      if (read.kind === "refused") return page(faultsOfEntries(read.errors, names));
      const came = await takeLink(dependencies, { token, body: read.value }, visitor);
      return "code" in came ? page(faultOfRefusal(came)) : home;
    });
  }
};

/** What each kind of link asks for; the email of all but the first owner is known. */
const filledIn = {
  first_owner: ["name", "email", "password"],
  invitation: ["name", "password"],
  reset: ["password"],
} as const;

type Linked = {
  readonly meaning: LinkMeaning;
  readonly values: FormValues;
  readonly faults: FormFaults;
  readonly hasProvider: boolean;
};

const linkPage = ({ meaning, values, faults, hasProvider }: Linked, { member }: PageAsked): PageAnswer => {
  const { kind, email } = meaning;
  const isInvitation = kind === "invitation";
  const { title, intro, button } = wordsOf(meaning);
  const body = html`<p>${intro}</p>
${member === null || member.user.email === email ? null : html`<p>You are signed in as ${member.user.email}; going on signs you out there.</p>`}
${alertHtml(faults)}
<form method="post">
${kind === "reset" ? null : fieldHtml({ ...nameField, value: values["name"] ?? "" }, faults)}
${fieldHtml(email === null ? { ...emailField, value: values["email"] ?? "" } : { ...emailField, value: email, isFixed: true }, faults)}
${fieldHtml(passwordField, faults)}
<button>${button}</button>
</form>
${
  isInvitation && hasProvider
    ? html`<p><a class="button plain" href="../v1/oidc/start">Come in by the identity provider instead</a></p>`
    : null
}
<p class="hint">The link works once, until ${meaning.expires_at.slice(0, "2026-01-14T12:00".length).replace("T", " ")} UTC.</p>`;
  return { kind: "page", code: faults.code, title, body, headers: faults.headers };
};

const nameField: Field = {
  name: "name",
  label: "Name",
  type: "text",
  autocomplete: "name",
  hint: "What the others call you.",
};
const emailField: Field = { name: "email", label: "Email", type: "email", autocomplete: "username" };
const passwordField: Field = {
  name: "password",
  label: "New password",
  type: "password",
  autocomplete: "new-password",
  hint: "12 characters or more; otherwise as you like.",
};

const wordsOf = (meaning: LinkMeaning): { readonly title: string; readonly intro: string; readonly button: string } => {
  switch (meaning.kind) {
    case "first_owner":
      return {
        title: "Welcome",
        intro:
          "Nobody has come in here yet. You will be the first owner, and see and change everything on this server.",
        button: "Come in",
      };
    case "invitation":
      return {
        title: `Join ${meaning.account_name}`,
        intro: `You are invited to ${meaning.account_name}, as ${meaning.role}.`,
        button: "Come in",
      };
    case "reset":
      return {
        title: "Set a new password",
        intro: "Whoever is signed in with the old one is signed out, on every device.",
        button: "Set the password",
      };
  }
};

/** For somebody who has a password here: they sign in, and join as who they are. */
const joinPage = (meaning: LinkMeaning, { member, token, visitor }: PageAsked): PageAnswer => {
  const { email, account_name: account, role } = meaning;
  const page = (rest: Html): PageAnswer => {
    const body = html`<p>${email} is invited to ${account}, as ${role}.</p>${rest}`;
    return { kind: "page", code: null, title: `Join ${account}`, body };
  };
  const next = `invite/${token}`;
  const csrfToken = visitor.csrfToken();
  if (member === null || csrfToken === null)
    return page(html`<p><a class="button" href="../sign-in?next=${next}">Sign in to join</a></p>`);
  if (member.user.email === email) return page(buttonForm({ action: token, label: `Join ${account}`, csrfToken }));
  return page(html`<p>You are signed in as ${member.user.email}.</p>
${buttonForm({ action: "../sign-out", label: "Sign out to go on", csrfToken, values: { next } })}`);
};
