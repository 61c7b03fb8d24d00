import type { Integration, Partner, PostbackTemplate } from "#src/core/catalog/catalog.ts";
import { addFindings, addNew, type Findings, newFindings } from "#src/core/check-catalog/findings.ts";
import { type OwnedTemplate, type TemplateTable, templateTable } from "#src/core/decide/template-table.ts";
import type { AccountId } from "#src/core/ids.ts";
import { type Problem, pathText, problemsMax } from "#src/core/problem.ts";
import { withSecretOwner } from "#src/core/templates/secret-owner.ts";
import type { CompileTemplate, TemplateContext } from "#src/core/templates/template.ts";
import { scopeOfTemplate } from "#src/core/templates/template-scope.ts";
import type { Means } from "./means.ts";

export type TemplateCompiler = { readonly compile: CompileTemplate; readonly means: Means };

const standIn = "parameter";

/**
 * The templates of a partner, compiled once for each set of parameters that integrations give them, not once
 * for each of ten thousand apps, and kept for as long as the partner stays what it is.
 */
export class PartnerTemplates {
  readonly #partner: Partner;
  readonly #path: Problem["path"];
  readonly #compiler: TemplateCompiler;
  readonly #bySet = new Map<string, CompiledSet>();

  /** `path` is where the partner stands. */
  constructor(partner: Partner, path: Problem["path"], compiler: TemplateCompiler) {
    this.#partner = partner;
    this.#path = [...path, "templates"];
    this.#compiler = compiler;
  }

  /** What an integration has for every case; what is wrong goes to `findings`. `path` is where its templates stand. */
  tableFor(
    integration: Integration,
    { path, owner }: { readonly path: Problem["path"]; readonly owner: AccountId },
    findings: Findings,
  ): TemplateTable {
    const parametersPath = parametersAt(path);
    const { own, table, found } = this.#compiledFor(integration.parameters, parametersPath);
    addFindings(findings, found);
    if (integration.templates.length === 0) return table;
    // Else whoever may write a template could have any text signed in the partner's name, and sent to any host.
    const signing = owner === this.#partner.accountId ? this.#partner.signing : null;
    if (signing !== this.#partner.signing) addNew(findings.warnings, [unsignedAt(path, this.#partner)]);
    const context = { path, parameters: integration.parameters, parametersPath, signing, owner };
    return templateTable(compileAll(integration.templates, context, { ...this.#compiler, findings }), own);
  }

  /** A partner that nobody uses yet is checked all the same, with a stand-in for what integrations will fill in. */
  checkUnused(findings: Findings): void {
    if (this.#bySet.size > 0) return;
    const standIns = Object.fromEntries(this.#partner.parameters.map((name) => [name, standIn]));
    addFindings(findings, this.#compiledFor(standIns, null).found);
  }

  #compiledFor(parameters: Readonly<Record<string, string>>, parametersPath: Problem["path"] | null): CompiledSet {
    const set = JSON.stringify(this.#partner.parameters.map((name) => parameters[name] ?? null));
    const known = this.#bySet.get(set);
    if (known !== undefined) return known;
    const { templates, signing, accountId } = this.#partner;
    const found = newFindings();
    const context = { path: this.#path, parameters, parametersPath, signing, owner: accountId };
    const own = compileAll(templates, context, { ...this.#compiler, findings: found });
    const compiled = { own, table: templateTable([], own), found };
    this.#bySet.set(set, compiled);
    return compiled;
  }
}

type CompiledSet = {
  readonly own: readonly OwnedTemplate[];
  readonly table: TemplateTable;
  readonly found: Findings;
};

const unsignedAt = (path: Problem["path"], { id }: Partner): Problem => ({
  path,
  code: "template.override_unsigned",
  message: `${pathText(path)}: what these templates write is sent without the signature of ${id}, which is another account's: its secret signs its own templates only; in the dialect carom {…|hmac:name} signs with a secret of yours`,
});

/** Beside the integration's templates. */
const parametersAt = (templatesPath: Problem["path"]): Problem["path"] => [...templatesPath.slice(0, -1), "parameters"];

type Place = Pick<TemplateContext, "path" | "parameters" | "signing"> & {
  readonly parametersPath: Problem["path"] | null;
  /** Whose secrets its macros and its signature name. */
  readonly owner: AccountId;
};

function compileAll(
  templates: readonly PostbackTemplate[],
  { path, parameters, parametersPath, signing, owner }: Place,
  { compile, means, findings }: TemplateCompiler & { readonly findings: Findings },
): readonly OwnedTemplate[] {
  return templates.flatMap((template, index) => {
    if (findings.problems.length >= problemsMax) return [];
    const compilation = compile(template.request, {
      path: [...path, index],
      scope: scopeOfTemplate(template),
      parameters,
      parametersPath,
      signing,
      hashes: means.hashes,
    });
    if (compilation.kind === "refused") {
      addNew(findings.problems, compilation.problems);
      return [];
    }
    addNew(findings.warnings, compilation.warnings);
    return [{ template, compiled: withSecretOwner(compilation.template, owner) }];
  });
}
