import type { FastifyRequest } from "fastify";
import { type ErrorCode, errorCodes } from "#src/contract/error-codes.ts";
import type { ProblemEntry } from "#src/contract/problem-document.ts";
import { decodeUtf8 } from "#src/http/body-text.ts";
import { type Html, html } from "#src/http/html.ts";
import type { Refusal } from "#src/http/refusal.ts";

/** What was filled in, by name; all that the form asks for is there. */
export type FormValues = Readonly<Record<string, string>>;

/** What is wrong with a form, beside its fields and of the whole. */
export type FormFaults = {
  /** Null where nothing is. */
  readonly code: ErrorCode | null;
  readonly whole: string | null;
  readonly fields: ReadonlyMap<string, string>;
  /** What a program is told of it, as when to try again. */
  readonly headers: Readonly<Record<string, string>>;
};

export const noFaults: FormFaults = { code: null, whole: null, fields: new Map(), headers: {} };

/** The named values of a posted form; one that was not sent is empty. */
export const readForm = (
  request: Pick<FastifyRequest, "body">,
  names: readonly string[],
): { readonly kind: "form"; readonly values: FormValues } | Refusal => {
  const text = decodeUtf8(request.body instanceof Uint8Array ? request.body : new Uint8Array());
  if (text.kind === "refusal") return text;
  const given = new URLSearchParams(text.text);
  return { kind: "form", values: Object.fromEntries(names.map((name) => [name, given.get(name) ?? ""])) };
};

/** The first problem of each field, and what is about none of them for the whole form. */
export const faultsOfEntries = (entries: readonly ProblemEntry[], names: readonly string[]): FormFaults => {
  const fields = new Map<string, string>();
  let whole: string | null = null;
  for (const { path, message } of entries) {
    if (!names.includes(path)) whole ??= message;
    else if (!fields.has(path)) fields.set(path, message.replace(`${path}: `, ""));
  }
  return { ...noFaults, code: "request.invalid", whole, fields };
};

/** A refusal in words for people. */
export const faultOfRefusal = ({ code, detail, headers = {} }: Refusal): FormFaults => {
  const { title, fix } = errorCodes[code];
  // How long to wait stands in the detail alone.
  const whole = headers["retry-after"] === undefined ? `${title}. ${fix}` : `${title}: ${detail}.`;
  return { ...noFaults, code, whole, headers };
};

export const alertHtml = ({ whole, fields }: FormFaults): Html | null => {
  if (whole !== null) return html`<p class="alert" role="alert">${whole}</p>`;
  return fields.size === 0 ? null : html`<p class="alert" role="alert">Something is not as it must be: see below.</p>`;
};

export type Field = {
  readonly name: string;
  readonly label: string;
  readonly type: "text" | "email" | "password";
  readonly autocomplete: string;
  readonly value?: string;
  readonly hint?: string;
  /** It is shown so that a password manager knows whose password it keeps. */
  readonly isFixed?: boolean;
};

export const fieldHtml = (field: Field, { fields }: FormFaults): Html => {
  const { name, label, type, autocomplete, value = "", hint, isFixed = false } = field;
  const fault = fields.get(name);
  const described = [
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(fault === undefined ? [] : [`${name}-fault`]),
  ].join(" ");
  return html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}"${type === "password" ? null : html` value="${value}"`}${
    isFixed ? html` readonly` : html` required`
  }${described === "" ? null : html` aria-describedby="${described}"`}${fault === undefined ? null : html` aria-invalid="true"`}>
${hint === undefined ? null : html`<p class="hint" id="${name}-hint">${hint}</p>`}${
  fault === undefined ? null : html`<p class="fault" id="${name}-fault">${fault}</p>`
}`;
};

/** A form of one button, which carries the token of the session. */
export const buttonForm = (button: {
  readonly action: string;
  readonly label: string;
  readonly csrfToken: string;
  readonly values?: FormValues;
  readonly isPlain?: boolean;
}): Html => {
  const hidden = Object.entries({ ...button.values, csrf_token: button.csrfToken });
  return html`<form method="post" action="${button.action}">${hidden.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<button${button.isPlain === true ? html` class="plain"` : null}>${button.label}</button></form>`;
};
