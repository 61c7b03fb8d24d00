import { readRequestPart } from "#src/contract/request-problems.ts";
import { routes } from "#src/contract/routes.ts";
import { html } from "#src/http/html.ts";
import type { PeopleDesk } from "#src/http/people/people-desk.ts";
import { signIn } from "#src/http/people/sign-in.ts";
import {
  alertHtml,
  type FormFaults,
  type FormValues,
  faultOfRefusal,
  faultsOfEntries,
  fieldHtml,
  noFaults,
} from "./form.ts";
import type { PageAnswer } from "./page.ts";
import { type PageServer, senderOf } from "./page-server.ts";

const names = ["email", "password"] as const;
const home = { kind: "go", to: "./" } as const;

/** Signing in and out. */
export const serveSignIn = ({ show, take }: PageServer, people: PeopleDesk): void => {
  const page = (next: string, values: FormValues, faults: FormFaults): PageAnswer =>
    signInPage(
      { next: nextOf(next), email: values["email"] ?? "", hasProvider: people.identityProvider !== null },
      faults,
    );
  const goOn = (next: string): PageAnswer => ({ kind: "go", to: nextOf(next) ?? home.to });

  show("/sign-in", ({ next, member }) => (member === null ? page(next, {}, noFaults) : goOn(next)));

  take("/sign-in", [...names, "next"], async ({ visitor }, { next = "", ...values }) => {
    const read = readRequestPart(routes.signIn.body.schema, values);
    if (read.kind === "refused") return page(next, values, faultsOfEntries(read.errors, names));
    const came = await signIn(people, read.value, visitor);
    return "code" in came ? page(next, values, faultOfRefusal(came)) : goOn(next);
  });

  take("/sign-out", ["csrf_token", "next"], async (asked, values) => {
    const sender = senderOf(asked, values);
    if ("code" in sender) return sender;
    await asked.visitor.leave();
    return { kind: "go", to: nextOf(values["next"]) ?? "sign-in" };
  });
};

/** Links of this server alone: a form that sends people on anywhere is of use to whoever fishes for passwords. */
const nextOf = (text: string | undefined): string | null =>
  text !== undefined && /^(?:password|invite\/[\w-]{1,100})$/.test(text) ? text : null;

type SigningIn = { readonly next: string | null; readonly email: string; readonly hasProvider: boolean };

const signInPage = ({ next, email, hasProvider }: SigningIn, faults: FormFaults): PageAnswer => {
  const emailField = { name: "email", label: "Email", type: "email", autocomplete: "username", value: email } as const;
  const password = { name: "password", label: "Password", type: "password", autocomplete: "current-password" } as const;
  const comeBack = html`<p class="hint">Come back to the link of your invitation afterwards.</p>`;
  const body = html`${alertHtml(faults)}
<form method="post" action="sign-in">
${fieldHtml(emailField, faults)}
${fieldHtml(password, faults)}
<input type="hidden" name="next" value="${next ?? ""}">
<button>Sign in</button>
</form>
${
  hasProvider
    ? html`<p><a class="button plain" href="v1/oidc/start">Sign in at the identity provider</a></p>${next?.startsWith("invite/") === true ? comeBack : null}`
    : null
}
<p class="hint">Forgotten the password? An admin of your account makes a link by which you set another one.</p>`;
  return { kind: "page", code: faults.code, title: "Sign in", body, headers: faults.headers };
};
