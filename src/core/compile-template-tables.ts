import type { Catalog, Integration, Partner, PostbackTemplate } from "./catalog.ts";
import { type Findings, problemsMax } from "./check-catalog/findings.ts";
import { type OwnedTemplate, type TemplateTable, templateTable } from "./decide/template-table.ts";
import type { Hashes } from "./hashes.ts";
import type { PartnerId } from "./ids.ts";
import type { Problem } from "./problem.ts";
import type { CompileTemplate, TemplateContext } from "./template.ts";
import { scopeOfTemplate } from "./template-scope.ts";

export type TemplateCompiler = {
  readonly compile: CompileTemplate;
  readonly hashes: Hashes;
  readonly findings: Findings;
};

/**
 * The table of every integration, parallel to the catalog's apps and their integrations. A partner's
 * templates are compiled once for each set of parameters that integrations give them, not once for
 * each of ten thousand apps.
 */
export function compileTemplateTables(
  catalog: Catalog,
  compiler: TemplateCompiler,
): readonly (readonly TemplateTable[])[] {
  const owners = new Map<PartnerId, PartnerTemplates>();
  for (const [index, partner] of catalog.partners.entries()) {
    owners.set(partner.id, new PartnerTemplates(partner, ["partners", index, "templates"], compiler));
  }
  const tables = catalog.apps.map((app, appIndex) =>
    app.integrations.map((integration, index) => {
      const owner = owners.get(integration.partnerId);
      if (owner === undefined) return [];
      return owner.tableFor(integration, ["apps", appIndex, "integrations", index, "templates"]);
    }),
  );
  // A partner that nobody uses yet is checked all the same, with a stand-in for what integrations will fill in.
  for (const owner of owners.values()) owner.checkUnused();
  return tables;
}

const standIn = "parameter";

class PartnerTemplates {
  readonly #partner: Partner;
  readonly #path: Problem["path"];
  readonly #compiler: TemplateCompiler;
  readonly #bySet = new Map<string, { readonly own: readonly OwnedTemplate[]; readonly table: TemplateTable }>();

  constructor(partner: Partner, path: Problem["path"], compiler: TemplateCompiler) {
    this.#partner = partner;
    this.#path = path;
    this.#compiler = compiler;
  }

  tableFor(integration: Integration, path: Problem["path"]): TemplateTable {
    const { own, table } = this.#compiledFor(integration.parameters, parametersAt(path));
    if (integration.templates.length === 0) return table;
    const parametersPath = parametersAt(path);
    const { signing } = this.#partner;
    const context = { path, parameters: integration.parameters, parametersPath, signing };
    return templateTable(compileAll(integration.templates, context, this.#compiler), own);
  }

  checkUnused(): void {
    if (this.#bySet.size > 0) return;
    this.#compiledFor(Object.fromEntries(this.#partner.parameters.map((name) => [name, standIn])), null);
  }

  #compiledFor(
    parameters: Readonly<Record<string, string>>,
    parametersPath: Problem["path"] | null,
  ): { own: readonly OwnedTemplate[]; table: TemplateTable } {
    const set = JSON.stringify(this.#partner.parameters.map((name) => parameters[name] ?? null));
    const known = this.#bySet.get(set);
    if (known !== undefined) return known;
    const { templates, signing } = this.#partner;
    const own = compileAll(templates, { path: this.#path, parameters, parametersPath, signing }, this.#compiler);
    const compiled = { own, table: templateTable([], own) };
    this.#bySet.set(set, compiled);
    return compiled;
  }
}

/** Beside the integration's templates. */
const parametersAt = (templatesPath: Problem["path"]): Problem["path"] => [...templatesPath.slice(0, -1), "parameters"];

type Place = Pick<TemplateContext, "path" | "parameters" | "signing"> & {
  readonly parametersPath: Problem["path"] | null;
};

function compileAll(
  templates: readonly PostbackTemplate[],
  { path, parameters, parametersPath, signing }: Place,
  { compile, hashes, findings }: TemplateCompiler,
): readonly OwnedTemplate[] {
  return templates.flatMap((template, index) => {
    if (findings.problems.length >= problemsMax) return [];
    const compilation = compile(template.request, {
      path: [...path, index],
      scope: scopeOfTemplate(template),
      parameters,
      parametersPath,
      signing,
      hashes,
    });
    if (compilation.kind === "refused") {
      addNew(findings.problems, compilation.problems);
      return [];
    }
    addNew(findings.warnings, compilation.warnings);
    return [{ template, compiled: compilation.template }];
  });
}

/** A template that is wrong for one set of parameters is mostly wrong for all: each mistake is told once. */
function addNew(known: Problem[], found: readonly Problem[]): void {
  for (const problem of found) {
    if (known.length >= problemsMax) return;
    const isKnown = ({ message, path }: Problem): boolean =>
      message === problem.message &&
      path.length === problem.path.length &&
      path.every((step, at) => step === problem.path[at]);
    if (!known.some(isKnown)) known.push(problem);
  }
}
