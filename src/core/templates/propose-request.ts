import type { DialectName } from "#src/core/catalog/request-template.ts";
import { dialectNamed } from "#src/core/dialects/built-dialects.ts";
import { credentialOwner } from "./credential-owner.ts";
import { type NotationChange, type NotationProposal, translateNotation } from "./translate-notation.ts";

/** A request as somebody pastes it, in whatever notation. */
export type PastedRequest = {
  readonly url: string;
  readonly body: string | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
};

export type PartProposal = {
  /** In the dialect of the whole; null where nothing can be proposed. */
  readonly text: string | null;
  readonly message: string | null;
  readonly changes: readonly NotationChange[];
};

export type RequestProposal = {
  /** In which the whole is proposed; null where a part cannot be. */
  readonly dialect: DialectName | null;
  readonly url: PartProposal;
  readonly body: PartProposal | null;
  readonly headers: readonly (readonly [name: string, value: PartProposal])[];
};

/** What to make of a whole request: one dialect for all of its parts. Total, and for people to look at. */
export const proposeRequest = ({ url, body, headers }: PastedRequest): RequestProposal => {
  const dialect = dialectOfAll([url, ...(body === null ? [] : [body]), ...headers.map(([, value]) => value)]);
  // One credential has one name wherever the request has it, and another partner's has another.
  const owner = credentialOwner(url);
  const part = (text: string, parameter = ""): PartProposal =>
    proposePart(translateNotation(text, { owner, parameter }), dialect);
  const parts = {
    url: part(url),
    body: body === null ? null : part(body),
    headers: headers.map(([name, value]) => [name, part(value, parameterOfHeader(name))] as const),
  };
  const all = [parts.url, ...(parts.body === null ? [] : [parts.body]), ...parts.headers.map(([, value]) => value)];
  return { dialect: all.every(({ text }) => text !== null) ? dialect : null, ...parts };
};

/** What a header carries is filled in under a name without what all headers have: `X-Api-Key` is an `api_key`. */
const parameterOfHeader = (name: string): string => {
  const plain = name
    .toLowerCase()
    .replace(/^x-/, "")
    .replace(/[^a-z0-9]+/g, "_");
  return /^(?:proxy_)?authorization$/.test(plain) ? "token" : plain;
};

/** That of the first part which holds a macro; without one carom's. */
const dialectOfAll = (texts: readonly string[]): DialectName => {
  for (const text of texts) {
    const proposal = translateNotation(text);
    if (proposal.kind === "proposed" && hasMacro(proposal.dialect, proposal.text)) return proposal.dialect;
  }
  return "carom";
};

const proposePart = (proposal: NotationProposal, dialect: DialectName): PartProposal => {
  if (proposal.kind === "refused") return { text: null, message: proposal.message, changes: [] };
  // Plain text is text of any dialect.
  if (proposal.dialect === dialect || !hasMacro(proposal.dialect, proposal.text))
    return { text: proposal.text, message: null, changes: proposal.changes };
  const message = `this part is written as ${proposal.dialect} writes macros, another as ${dialect} does: a template has one dialect`;
  return { text: null, message, changes: [] };
};

const hasMacro = (dialect: DialectName, text: string): boolean =>
  dialectNamed(dialect)
    .read(text, "url")
    .some(({ kind }) => kind !== "text");
