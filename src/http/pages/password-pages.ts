import { readRequestPart } from "#src/contract/request-problems.ts";
import { routes } from "#src/contract/routes.ts";
import { personCaller } from "#src/http/caller.ts";
import { html } from "#src/http/html.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { changePassword } from "#src/http/people/change-password.ts";
import type { Member } from "#src/http/people/members.ts";
import {
  alertHtml,
  type Field,
  type FormFaults,
  faultOfRefusal,
  faultsOfEntries,
  fieldHtml,
  noFaults,
} from "./form.ts";
import type { PageAnswer } from "./page.ts";
import { type PageServer, senderOf } from "./page-server.ts";

const names = ["current_password", "new_password"] as const;

/** Changing one's own password. */
export const servePasswordPages = ({ show, take }: PageServer, dependencies: HttpDependencies): void => {
  show("/password", ({ member, visitor }) => {
    const csrfToken = visitor.csrfToken();
    if (member === null || csrfToken === null) return { kind: "go", to: "sign-in?next=password" };
    return member.user.passwordHash === null ? nonePage : passwordPage({ member, csrfToken }, noFaults);
  });

  take("/password", [...names, "csrf_token"], async (asked, { csrf_token: csrfToken = "", ...given }) => {
    const sender = senderOf(asked, { csrf_token: csrfToken });
    if ("code" in sender) return sender;
    const page = (faults: FormFaults): PageAnswer => passwordPage({ member: sender, csrfToken }, faults);
    const read = readRequestPart(routes.changePassword.body.schema, given);
    if (read.kind === "refused") return page(faultsOfEntries(read.errors, names));
    const by = { user: sender.user, caller: personCaller(sender), body: read.value };
    const changed = await changePassword(dependencies, by, asked.visitor);
    if (!("code" in changed)) return { kind: "go", to: "password-changed" };
    return page(changed.code === "session.wrong_password" ? wrongPassword : faultOfRefusal(changed));
  });

  show("/password-changed", ({ member }) => (member === null ? { kind: "go", to: "sign-in" } : changedPage));
};

const wrongPassword: FormFaults = {
  ...noFaults,
  code: "session.wrong_password",
  fields: new Map([["current_password", "is not your password"]]),
};

type Changing = { readonly member: Member; readonly csrfToken: string };

const passwordPage = ({ member, csrfToken }: Changing, faults: FormFaults): PageAnswer => {
  const email = { name: "email", label: "Email", type: "email", autocomplete: "username", isFixed: true } as const;
  const body = html`<p>Whoever is signed in with the old one is signed out, on every device but this one.</p>
${alertHtml(faults)}
<form method="post" action="password">
${fieldHtml({ ...email, value: member.user.email }, faults)}
${fieldHtml(currentField, faults)}
${fieldHtml(newField, faults)}
<input type="hidden" name="csrf_token" value="${csrfToken}">
<button>Change the password</button>
</form>
<p><a class="button plain" href="./">Leave it as it is</a></p>
<p class="hint">Forgotten the old one? An admin of your account makes a link by which you set another one.</p>`;
  return { kind: "page", code: faults.code, title: "Change your password", body, headers: faults.headers };
};

const currentField: Field = {
  name: "current_password",
  label: "Password until now",
  type: "password",
  autocomplete: "current-password",
};
const newField: Field = {
  name: "new_password",
  label: "New password",
  type: "password",
  autocomplete: "new-password",
  hint: "12 characters or more; otherwise as you like.",
};

const nonePage: PageAnswer = {
  kind: "page",
  code: null,
  title: "You have no password here",
  body: html`<p>You sign in at the identity provider. To have a password here too, ask an admin of your account for a link.</p>
<p><a class="button plain" href="./">To the start page</a></p>`,
};

const changedPage: PageAnswer = {
  kind: "page",
  code: null,
  title: "Your password is changed",
  body: html`<p>Whoever was signed in with the old one is signed out.</p>
<p><a class="button plain" href="./">To the start page</a></p>`,
};
