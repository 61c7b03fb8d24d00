import type { Partner, PostbackTemplate } from "#src/core/catalog.ts";
import type { Problem } from "#src/core/problem.ts";
import type { ReceiverLimits } from "#src/core/receiver.ts";
import type { RetryPolicy, StatusRange } from "#src/core/retry-policy.ts";
import { headerNameProblem } from "#src/core/templates/compile-headers.ts";
import { checkId, type Findings, refuse, refuseDoubles } from "./findings.ts";

type Path = Problem["path"];

/** Delays after attempts: the tries of a postback are one more. */
const retryDelaysMax = 50;
const retryDelayMsMax = 7 * 86_400_000;
/** Of a window, and of a postback's life: a hundred years. */
export const daysMax = 36_500;
const dayMs = 86_400_000;
const timeoutMsMin = 100;
const timeoutMsMax = 120_000;
const inFlightLimitMax = 10_000;
const ratePerSecondMax = 1_000_000;

export function checkPartner(findings: Findings, partner: Partner, path: Path): void {
  checkId(findings, partner.id, [...path, "id"]);
  checkTemplateDoubles(findings, partner.templates, [...path, "templates"]);
  refuseDoubles(findings, partner.parameters, { path: [...path, "parameters"], member: null });
  checkRetryPolicy(findings, partner.retryPolicy, [...path, "retry_policy"]);
  checkStatuses(findings, partner.success.statuses, [...path, "success", "statuses"]);
  checkLimits(findings, partner.limits, [...path, "limits"]);
  for (const [index, name] of partner.parameters.entries())
    checkParameter(findings, name, [...path, "parameters", index]);
  checkIdHeaders(findings, partner, [...path, "id_headers"]);
  if (partner.expiresAfterMs !== null && !isWithin(partner.expiresAfterMs, 1, daysMax * dayMs)) {
    const message = `write a time above zero and at most ${daysMax}d, or leave it out for no expiry`;
    refuse(findings, "catalog.value", { path: [...path, "expires_after"], message });
  }
  if (partner.success.statuses.length === 0) {
    const message = "name at least one status that counts as heard";
    refuse(findings, "catalog.value", { path: [...path, "success", "statuses"], message });
  }
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

function checkRetryPolicy(findings: Findings, policy: RetryPolicy, path: Path): void {
  if (policy.delaysMs.length > retryDelaysMax) {
    const message = `write at most ${retryDelaysMax} delays`;
    refuse(findings, "catalog.too_many", { path: [...path, "delays"], message });
  }
  for (const [index, delay] of policy.delaysMs.entries()) {
    if (isWithin(delay, 0, retryDelayMsMax)) continue;
    refuse(findings, "catalog.value", { path: [...path, "delays", index], message: "write a delay of at most 7 days" });
  }
  if (!isWithin(policy.timeoutMs, timeoutMsMin, timeoutMsMax)) {
    const message = `write a timeout between ${timeoutMsMin} ms and ${timeoutMsMax / 1000} s`;
    refuse(findings, "catalog.value", { path: [...path, "timeout"], message });
  }
  checkStatuses(findings, policy.retryOn.statuses, [...path, "retry_on", "statuses"]);
}

function checkStatuses(findings: Findings, statuses: readonly StatusRange[], path: Path): void {
  for (const [index, [from, to]] of statuses.entries()) {
    if (isWithin(from, 100, 599) && isWithin(to, from, 599)) continue;
    const message = "write a status, or a range of them that goes up, between 100 and 599";
    refuse(findings, "catalog.value", { path: [...path, index], message });
  }
}

function checkLimits(findings: Findings, limits: ReceiverLimits, path: Path): void {
  if (!isWithin(limits.inFlightMax, 1, inFlightLimitMax)) {
    const message = `write a number from 1 to ${inFlightLimitMax}`;
    refuse(findings, "catalog.value", { path: [...path, "in_flight_max"], message });
  }
  const rate = limits.ratePerSecond;
  if (rate !== null && !(rate > 0 && rate <= ratePerSecondMax)) {
    const message = `write a number above 0, at most ${ratePerSecondMax}, or leave it out for no limit`;
    refuse(findings, "catalog.value", { path: [...path, "rate_per_second"], message });
  }
}

const isWithin = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;
