import type { GalleryPartner } from "#src/contract/gallery-document.ts";
import { attributionNotes } from "#src/contract/media-sources-note.ts";
import { readGallery } from "#src/main/gallery.ts";
import { type SampleRequest, sampleRequests } from "./sample-requests.ts";

export const partnersPage = (): string => {
  const partners = readGallery();
  return `${[
    "# Partner gallery",
    "",
    "<!-- Made by scripts/generate-reference.ts from partners/. Do not edit. -->",
    "",
    `${partners.length} partners whose requests are written already: \`carom partners add <id>\` prints one for a catalog file, \`POST /v1/partners\` with \`"from_gallery"\` makes one. Each was rendered with sample events; none was sent to the partner itself, so send a test first. What they ask for and where that is said: \`partners/<id>.yaml\`.`,
    "",
    "An event goes to a partner as its own where its `media_source` is one of the partner's `media_sources`, which are its id unless the file says otherwise: set them to the names that your events carry, or `send_for: all_sources`, as for a tracker. Else it is skipped with `not_attributed`.",
    ...partners.flatMap(section),
  ].join("\n")}\n`;
};

const section = (partner: GalleryPartner): readonly string[] => {
  const { samples } = sampleRequests(partner);
  return [
    "",
    `## ${partner.id}`,
    "",
    `**${partner.name}.** ${partner.about}`,
    ...list("Parameters", Object.entries(partner.parameters)),
    ...list("Secrets", Object.entries(partner.secrets)),
    "",
    ...attributionNotes(partner).map((note) => `- Note: ${note}.`),
    ...partner.checks.map((check) => `- ${check}`),
    ...answers(partner),
    "",
    "```http",
    ...samples.flatMap(lines),
    "```",
  ];
};

const list = (title: string, entries: readonly (readonly [string, string])[]): readonly string[] =>
  entries.length === 0
    ? []
    : ["", `${title}: ${entries.map(([name, meaning]) => `\`${name}\` (${meaning})`).join(", ")}.`];

const answers = ({ answers }: GalleryPartner): readonly string[] =>
  answers.length === 0
    ? []
    : [
        "",
        "| answer | means | told by |",
        "| --- | --- | --- |",
        ...answers.map(
          ({ means, status, body, source }) =>
            `| ${status}${body === "" ? "" : ` \`${body.trim().replaceAll("|", "\\|")}\``} | ${means} | ${source} |`,
        ),
      ];

const lines = ({ of, request }: SampleRequest): readonly string[] => {
  const headers: string[] = [];
  for (let at = 0; at < request.headers.length; at += 2)
    headers.push(`${request.headers[at]}: ${request.headers[at + 1]}`);
  return [
    `# ${of}`,
    `${request.method} ${request.url}`,
    ...headers,
    ...(request.body === null ? [] : [request.body.trimEnd()]),
  ];
};
