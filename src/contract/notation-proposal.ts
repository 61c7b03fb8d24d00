import { z } from "zod";
import { type DialectName, dialects } from "#src/core/catalog/request-template.ts";
import { dialectNamed } from "#src/core/dialects/built-dialects.ts";
import { translateNotation } from "#src/core/templates/translate-notation.ts";

export const notationChangeWire = z.strictObject({
  from: z.string(),
  to: z.string(),
  why: z.enum(["known", "likely", "parameter", "secret", "guessed", "repaired"]).meta({
    description:
      "`known`: another name of the same value; `likely`: a name that some products mean another value by, so look at it; `parameter`: each integration fills it in; `secret`: a credential, set under its name; `guessed`: taken for a member of event_value; `repaired`: damage undone.",
  }),
});

/** What to make of a template that was pasted in another notation than it says. For people to look at: nothing takes it by itself. */
export const notationProposalWire = z
  .strictObject({
    dialect: z.enum(dialects).nullable().meta({ description: "Null where nothing can be proposed." }),
    url: z.string().nullable().meta({ description: "To be put in place of the template's; null likewise." }),
    message: z.string().nullable().meta({ description: "Why nothing can be proposed, and what to write." }),
    changes: z.array(notationChangeWire),
  })
  .meta({ id: "NotationProposal" });
export type NotationProposalWire = z.output<typeof notationProposalWire>;

/** Total: any text is proposed in some dialect, or told why not. */
export const proposeNotation = (url: string): NotationProposalWire => {
  const proposal = translateNotation(url);
  switch (proposal.kind) {
    case "proposed":
      return { dialect: proposal.dialect, url: proposal.text, message: null, changes: [...proposal.changes] };
    case "refused":
      return { dialect: null, url: null, message: proposal.message, changes: [] };
  }
};

/** The same for a template that does not compile; null where it says nothing new. */
export const proposeInstead = (given: {
  readonly dialect: DialectName;
  readonly url: string;
}): NotationProposalWire | null => {
  const proposal = proposeNotation(given.url);
  const { dialect, url } = proposal;
  if (dialect === null || url === null) return proposal;
  return (dialect === given.dialect && url === given.url) || !hasMacro(dialect, url) ? null : proposal;
};

/** Without one any text is plain text of any dialect: that says nothing of what was meant. */
const hasMacro = (dialect: DialectName, url: string): boolean =>
  dialectNamed(dialect)
    .read(url, "url")
    .some(({ kind }) => kind !== "text");
