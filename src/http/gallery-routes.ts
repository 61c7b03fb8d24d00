import { changesToldMax, type GalleryPartnerWire, type TemplateProposalWire } from "#src/contract/gallery-contract.ts";
import type { GalleryPartner } from "#src/contract/gallery-document.ts";
import { attributionNotes } from "#src/contract/media-sources-note.ts";
import { nearId } from "#src/contract/near-gallery-id.ts";
import { routes } from "#src/contract/routes.ts";
import { type PartProposal, proposeRequest, type RequestProposal } from "#src/core/templates/propose-request.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { refuse } from "./refusal.ts";
import type { ServeRoute } from "./serve-route.ts";
import { lintTemplateDocument } from "./template-lints.ts";

export const serveGallery = (serve: ServeRoute, { gallery, hashes }: HttpDependencies): void => {
  serve(routes.listGallery, () => ({ kind: "ok", answer: { data: gallery().map(partnerAnswer) } }));

  serve(routes.readGalleryPartner, ({ params }) => {
    const found = gallery().find(({ id }) => id === params.id);
    return found === undefined
      ? refuse("gallery.not_found", `there is no partner ${params.id} in the gallery${nearId(params.id, gallery())}`)
      : { kind: "ok", answer: partnerAnswer(found) };
  });

  serve(routes.proposeTemplate, ({ body }) => {
    const proposal = proposeRequest({ ...body, headers: Object.entries(body.headers) });
    const parameters = namesIn(proposal, "param");
    const template = templateOf(proposal, body.content_type);
    return {
      kind: "ok",
      answer: {
        dialect: proposal.dialect,
        url: partAnswer(proposal.url),
        body: proposal.body === null ? null : partAnswer(proposal.body),
        headers: Object.fromEntries(proposal.headers.map(([name, part]) => [name, partAnswer(part)])),
        parameters: [...parameters],
        secrets: [...namesIn(proposal, "secret")],
        lints: template === null ? [] : [...lintTemplateDocument(template, { parameters, hashes })],
      },
    };
  });
};

const partnerAnswer = ({ document, ...partner }: GalleryPartner): GalleryPartnerWire => ({
  id: partner.id,
  name: partner.name,
  about: partner.about,
  sources: partner.sources,
  checks: partner.checks,
  answers: partner.answers,
  parameters: partner.parameters,
  secrets: partner.secrets,
  send_for: partner.send_for,
  notes: [...attributionNotes(partner)],
  partner: document,
});

const partAnswer = ({ text, message, changes }: PartProposal): TemplateProposalWire["url"] => ({
  text,
  message,
  changes: changes.slice(0, changesToldMax),
});

const partsOf = ({ url, body, headers }: RequestProposal): readonly PartProposal[] => [
  url,
  ...(body === null ? [] : [body]),
  ...headers.map(([, part]) => part),
];

/** Names of parameters or secrets in the proposed texts: `{param.account}`, `(secret.token)`. */
const namesIn = (proposal: RequestProposal, kind: "param" | "secret"): readonly string[] => {
  const reference = new RegExp(String.raw`[{(]${kind}\.([\w.-]+)`, "g");
  return [
    ...new Set(
      partsOf(proposal).flatMap(({ text }) => [...(text ?? "").matchAll(reference)].map(([, name = ""]) => name)),
    ),
  ];
};

const templateOf = ({ dialect, url, body, headers }: RequestProposal, contentType: string | null): object | null =>
  dialect === null
    ? null
    : {
        dialect,
        url: url.text,
        body: body?.text ?? null,
        headers: Object.fromEntries(headers.map(([name, { text }]) => [name, text ?? ""])),
        content_type: contentType,
      };
