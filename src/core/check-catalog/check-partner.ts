import type { Partner, PostbackTemplate } from "#src/core/catalog/catalog.ts";
import type { Problem } from "#src/core/problem.ts";
import { headerNameProblem } from "#src/core/templates/compile-headers.ts";
import { checkDeliveryTerms } from "./check-delivery-terms.ts";
import { checkId, type Findings, refuse, refuseDoubles } from "./findings.ts";

type Path = Problem["path"];

export function checkPartner(findings: Findings, partner: Partner, path: Path): void {
  checkId(findings, partner.id, [...path, "id"]);
  checkTemplateDoubles(findings, partner.templates, [...path, "templates"]);
  refuseDoubles(findings, partner.parameters, { path: [...path, "parameters"], member: null });
  checkDeliveryTerms(findings, partner, path);
  for (const [index, name] of partner.parameters.entries())
    checkParameter(findings, name, [...path, "parameters", index]);
  checkIdHeaders(findings, partner, [...path, "id_headers"]);
}

/** Dialects name them between brackets. */
const parameterPattern = /^[A-Za-z0-9_.-]{1,64}$/;

function checkParameter(findings: Findings, name: string, path: Path): void {
  if (parameterPattern.test(name)) return;
  refuse(findings, "catalog.value", { path, message: "write 1 to 64 of the characters A-Z a-z 0-9 _ . -" });
}

/** The ids go out beside a template's headers: two of one name would leave open which one is read. */
function checkIdHeaders(findings: Findings, { idHeaders, templates }: Partner, path: Path): void {
  if (idHeaders === null) return;
  const taken = new Set(templates.flatMap(({ request }) => request.headers.map(({ name }) => name.toLowerCase())));
  for (const [member, name] of [
    ["postback_id", idHeaders.postbackId],
    ["attempt", idHeaders.attempt],
  ] as const) {
    const message =
      headerNameProblem(name)?.message ??
      (taken.has(name.toLowerCase())
        ? `${name} is the other's name, or a header of a template; take another one`
        : null);
    taken.add(name.toLowerCase());
    if (message !== null) refuse(findings, "catalog.value", { path: [...path, member], message });
  }
}

/** Two templates for the same case would leave open which one is used. */
export function checkTemplateDoubles(findings: Findings, templates: readonly PostbackTemplate[], path: Path): void {
  const cases = templates.map(({ eventKind, platform, privacy }) => `${eventKind} ${platform} ${privacy}`);
  refuseDoubles(findings, cases, { path, member: "event_kind" });
}
