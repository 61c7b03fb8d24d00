import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import { readTextFile } from "#src/cli/read-text-file.ts";
import { proposalLines, renderLines } from "#src/cli/render-lines.ts";
import { readStream } from "#src/cli/standard-input.ts";
import { entryText, tellProblem } from "#src/cli/tell-problem.ts";
import { jsonFaultPlace } from "#src/contract/json-place.ts";
import { type NotationProposalWire, proposeNotation } from "#src/contract/notation-proposal.ts";
import { readTemplateText } from "#src/contract/template-text.ts";
import { renderOffline } from "#src/main/render-offline.ts";

/** Renders without a server: the same functions, in this process. */
export const runRender: RunCommand = async (call) => {
  const { given, terminal, clock } = call;
  const found = await findTemplate(call);
  if (found.kind === "told") return tellFailed(call, found.sentences);
  const { proposal } = found;
  if (proposal !== null) for (const line of proposalLines(proposal, terminal)) terminal.tell(line);
  if (proposal !== null && proposal.dialect === null) return "failed";
  const event = await readEvent(call);
  if (event.kind === "told") return tellFailed(call, [event.sentence]);
  const rendered = renderOffline({ event: event.text, body: bodyOf(call, found.template), now: clock.now() });
  if (rendered.kind === "refused") {
    const exit = tellProblem(terminal, rendered.problem);
    const lacking = (rendered.problem.errors ?? []).filter(({ code }) => code === "template.parameter_missing");
    const names = lacking.map(({ path }) => path.replace(/^parameters\./, ""));
    if (names.length > 0)
      terminal.tell(
        `  give what an integration would fill in: --parameters '${names.map((name) => `${name}=…`).join("&")}'`,
      );
    if (rendered.problem.proposal !== undefined)
      for (const line of proposalLines(rendered.problem.proposal, terminal)) terminal.tell(line);
    return exit;
  }
  const { answer } = rendered;
  for (const warning of answer.warnings) {
    terminal.tell(`${terminal.paint("warn", "warning")}  ${entryText(terminal, warning, null)}`);
    if (warning.proposal !== undefined) terminal.tell(`  write ${warning.proposal}`);
  }
  if (given.flag("json")) terminal.print(JSON.stringify({ ...answer, proposal }));
  else for (const preview of answer.previews) for (const line of renderLines(preview, terminal)) terminal.print(line);
  return answer.previews.every(({ outcome }) => outcome === "request") ? "ok" : "failed";
};

const tellFailed = ({ terminal }: CommandCall, sentences: readonly string[]): "failed" => {
  for (const sentence of sentences) terminal.tell(`${terminal.paint("bad", "error")}  ${sentence}`);
  return "failed";
};

type Template = {
  readonly kind: "template";
  readonly template: Readonly<Record<string, unknown>>;
  /** Of a URL that came without a dialect. */
  readonly proposal: NotationProposalWire | null;
};
type NoTemplate = { readonly kind: "told"; readonly sentences: readonly string[] };

const findTemplate = async ({ given }: CommandCall): Promise<Template | NoTemplate> => {
  const file = given.text("template");
  const url = given.text("url");
  if ((file === null) === (url === null)) return told("give the template as --template <file>, or as --url <url>");
  if (file !== null) {
    return given.text("dialect") === null ? readTemplate(file) : told("--dialect goes with --url; a file says its own");
  }
  const pasted = url ?? "";
  const dialect = given.text("dialect");
  if (dialect !== null)
    return { kind: "template", template: { event_kind: eventKind, dialect, url: pasted }, proposal: null };
  const proposal = proposeNotation(pasted);
  const template = { event_kind: eventKind, dialect: proposal.dialect, url: proposal.url };
  return { kind: "template", template, proposal };
};

/** A preview looks at a template whatever kind it is for. */
const eventKind = "in_app_event";

const readTemplate = async (file: string): Promise<Template | NoTemplate> => {
  const reading = readTemplateText(await readTextFile(file), file.endsWith(".json") ? "json" : "yaml");
  if (reading.kind === "refused")
    return told(
      ...reading.problems.map(({ line, message }) => `${file}${line === null ? "" : `:${line}`}: ${message}`),
    );
  const { value } = reading;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return told(`${file}: a template has members: dialect, url, …`);
  return { kind: "template", template: { event_kind: eventKind, ...value }, proposal: null };
};

const told = (...sentences: readonly string[]): NoTemplate => ({ kind: "told", sentences });

const readEvent = async ({
  given,
  terminal,
}: CommandCall): Promise<
  { readonly kind: "read"; readonly text: string } | { readonly kind: "told"; readonly sentence: string }
> => {
  const file = given.positional(0) ?? "-";
  const text = file === "-" ? await readStream(terminal.stdin) : await readTextFile(file);
  const fault = jsonFaultPlace(text);
  if (fault === null) return { kind: "read", text };
  const name = file === "-" ? "standard input" : file;
  return { kind: "told", sentence: `${name}:${fault.line}: this is not JSON: see column ${fault.column}` };
};

const bodyOf = ({ given }: CommandCall, template: Template["template"]): Readonly<Record<string, unknown>> => {
  const partnerEvent = given.text("partner-event");
  const dataSharing = given.text("data-sharing");
  return {
    template,
    parameters: Object.fromEntries(new URLSearchParams(given.text("parameters") ?? "")),
    ...(partnerEvent === null ? {} : { partner_event: partnerEvent }),
    ...(dataSharing === null ? {} : { data_sharing: dataSharing }),
  };
};
