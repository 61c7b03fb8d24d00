import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { textTable } from "#src/cli/text-table.ts";
import { catalogBlockOf, type GalleryPartner } from "#src/contract/gallery-document.ts";
import { readGallery } from "#src/main/gallery.ts";

/** Needs no server: the gallery is part of the program. */
export const runPartners: RunCommand = async ({ given, terminal }) => {
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
      `carom partners ${action}: ${id === null ? "<id> is missing" : `there is no ${id}`}; \`carom partners\` lists them`,
    );
    return "usage";
  }
  return action === "show" ? show(partner, { given, terminal }) : add(partner, { given, terminal });
};

type Shown = Pick<CommandCall, "given" | "terminal">;

const show = (partner: GalleryPartner, { given, terminal }: Shown): Exit => {
  const { document: _, ...told } = partner;
  if (given.flag("json")) terminal.print(JSON.stringify(told));
  else {
    terminal.print(`${partner.name}. ${partner.about}`);
    for (const check of partner.checks) terminal.print(`- ${check}`);
    for (const [name, meaning] of Object.entries(partner.parameters)) terminal.print(`parameter  ${name}: ${meaning}`);
    for (const [name, meaning] of Object.entries(partner.secrets)) terminal.print(`secret     ${name}: ${meaning}`);
    for (const { event_kind, platform, url } of partner.partner.templates)
      terminal.print(`${event_kind}${platform === null ? "" : ` ${platform}`}  ${url}`);
    for (const source of partner.sources) terminal.print(terminal.paint("faint", `source: ${source}`));
  }
  return "ok";
};

/** A block for `partners:` of a catalog file, on standard output; what is to be done besides, on the other. */
const add = (partner: GalleryPartner, { given, terminal }: Shown): Exit => {
  if (given.flag("json")) terminal.print(JSON.stringify(partner.document));
  else terminal.print(catalogBlockOf(partner));
  for (const name of Object.keys(partner.secrets))
    terminal.tell(terminal.paint("faint", `then: carom secrets set ${name}`));
  const parameters = Object.keys(partner.parameters);
  if (parameters.length > 0)
    terminal.tell(terminal.paint("faint", `an integration with it fills in: ${parameters.join(", ")}`));
  return "ok";
};
