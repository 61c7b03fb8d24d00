import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { connectToServer } from "#src/cli/server-connection.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import type { Terminal } from "#src/cli/terminal.ts";
import { textTable } from "#src/cli/text-table.ts";
import { catalogFileOf, type GalleryPartner } from "#src/contract/gallery-document.ts";
import { attributionNotes } from "#src/contract/media-sources-note.ts";
import { nearId } from "#src/contract/near-gallery-id.ts";
import { resourceChangeWire } from "#src/contract/resource-contract.ts";
import { readGallery } from "#src/main/gallery.ts";

/** The gallery is part of the program: only --to-server needs a server. */
export const runPartners: RunCommand = async (call) => {
  const { given, terminal } = call;
  const action = given.positional(0) ?? "list";
  const gallery = readGallery();
  if (action === "list") {
    if (given.flag("json")) terminal.print(JSON.stringify(gallery.map(({ id, name, about }) => ({ id, name, about }))));
    else for (const line of textTable(gallery.map(({ id, about }) => [id, about]))) terminal.print(line);
    return "ok";
  }
  if (action !== "show" && action !== "add") {
    terminal.tell(`carom partners: "${action}" is not list, show or add`);
    return "usage";
  }
  const id = given.positional(1);
  const partner = gallery.find((other) => other.id === id);
  if (partner === undefined) {
    terminal.tell(
      `carom partners ${action}: ${id === null ? "<id> is missing" : `there is no ${id}${nearId(id, gallery)}`}; \`carom partners\` lists them`,
    );
    return "usage";
  }
  if (action === "show") return show(partner, call);
  return given.flag("to-server") ? addToServer(partner, call) : add(partner, call);
};

type Shown = Pick<CommandCall, "given" | "terminal">;

const show = (partner: GalleryPartner, { given, terminal }: Shown): Exit => {
  const { document: _, ...told } = partner;
  if (given.flag("json")) terminal.print(JSON.stringify({ ...told, notes: attributionNotes(partner) }));
  else {
    terminal.print(`${partner.name}. ${partner.about}`);
    for (const check of partner.checks) terminal.print(`- ${check}`);
    for (const { means, status, body } of partner.answers)
      terminal.print(`${means.padEnd(9)}  ${`${status} ${body}`.trimEnd()}`);
    for (const [name, meaning] of Object.entries(partner.parameters)) terminal.print(`parameter  ${name}: ${meaning}`);
    for (const [name, meaning] of Object.entries(partner.secrets)) terminal.print(`secret     ${name}: ${meaning}`);
    for (const note of attributionNotes(partner)) terminal.print(`note       ${note}`);
    for (const { event_kind, platform, url } of partner.partner.templates)
      terminal.print(`${event_kind}${platform === null ? "" : ` ${platform}`}  ${url}`);
    for (const source of partner.sources) terminal.print(terminal.paint("faint", `source: ${source}`));
  }
  return "ok";
};

/** A catalog file with this partner alone, on standard output; what is to be done besides, on the other. */
const add = (partner: GalleryPartner, { given, terminal }: Shown): Exit => {
  const id = given.text("as") ?? partner.id;
  const named = { ...partner, document: { ...partner.document, id } };
  if (given.flag("json")) terminal.print(JSON.stringify({ carom: 1, partners: [named.document] }));
  else terminal.print(catalogFileOf(named));
  return tellRest(partner, id, terminal);
};

const addToServer = async (partner: GalleryPartner, call: CommandCall): Promise<Exit> => {
  const { given, terminal } = call;
  const as = given.text("as");
  const connection = connectToServer(call);
  try {
    const answer = await callRoute(connection, createPartner, {
      headers: { "content-type": "application/json" },
      body: { from_gallery: partner.id, ...(as === null ? {} : { id: as }) },
    });
    if (answer.kind === "refused") {
      const { problem } = answer;
      if (problem.code !== "resource.exists") return tellProblem(terminal, problem);
      const detail = `the server has a partner ${as ?? partner.id} already: change it with \`carom apply\`, or make it under another id with --as <id>`;
      return tellProblem(terminal, { ...problem, detail });
    }
    const id = as ?? partner.id;
    const told = `Partner ${id} is there; revision ${answer.answer.revision}.`;
    terminal.print(given.flag("json") ? answer.text : told);
    return tellRest(partner, id, terminal);
  } finally {
    connection.close();
  }
};

/** The same path and answer as for every resource. */
const createPartner = { method: "POST", path: "/v1/partners", ok: { schema: resourceChangeWire } } as const;

const tellRest = (partner: GalleryPartner, id: string, terminal: Terminal): Exit => {
  for (const name of Object.keys(partner.secrets))
    terminal.tell(terminal.paint("faint", `then: carom secrets set ${name}`));
  const parameters = Object.keys(partner.parameters);
  if (parameters.length > 0)
    terminal.tell(terminal.paint("faint", `an integration with it fills in: ${parameters.join(", ")}`));
  for (const note of attributionNotes(partner, id)) terminal.tell(terminal.paint("faint", `note: ${note}`));
  return "ok";
};
