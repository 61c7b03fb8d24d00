import type { TemplateKind } from "#src/core/catalog/catalog.ts";
import type { Event } from "#src/core/events/event.ts";
import type { EventShape } from "./event-shape.ts";

export const templatePlatforms = ["ios", "android", "windows", null] as const;
export type TemplatePlatform = (typeof templatePlatforms)[number];

/** What an event is to a template. */
export type TemplateCase = {
  readonly kind: TemplateKind;
  readonly platform: TemplatePlatform;
  /** True for a user who limits tracking. */
  readonly isLimiting: boolean;
};

export function templateCaseOf(event: Event, shape: EventShape): TemplateCase {
  const platform = platformOf(event);
  return { kind: kindOf(shape), platform, isLimiting: limitsTracking(event, platform) };
}

/** A record adds what the event does not tell itself, and takes nothing away. */
export function laterCasesOf(event: Event, { kind, platform, isLimiting }: TemplateCase): readonly TemplateCase[] {
  const platforms = event.fields.platform === undefined ? templatePlatforms : [platform];
  const isOpen = privacyFields.some((field) => event.fields[field] === undefined);
  return platforms.flatMap((later) =>
    (isOpen ? [false, true] : [isLimiting]).map((limits) => ({ kind, platform: later, isLimiting: limits })),
  );
}

function kindOf(shape: EventShape): TemplateKind {
  if (shape.isConversion) return shape.isRejected ? "rejected_install" : "install";
  if (shape.type === "skan_postback") return "skan_postback";
  return shape.isRejected ? "rejected_event" : "in_app_event";
}

const privacyFields = ["os_version", "att", "is_lat"] as const;
type PlatformField = "platform" | (typeof privacyFields)[number];
const knownValue = (event: Event, field: PlatformField): string | number | boolean | undefined =>
  event.fields[field] ?? event.enrichment?.fields[field];

/** `iOS`, `ios`, `Android`, `Windows Mobile`, … as one of ours; null for every other and for none. */
function platformOf(event: Event): TemplatePlatform {
  const name = String(knownValue(event, "platform") ?? "").toLowerCase();
  if (name.startsWith("ios") || name.startsWith("iphone") || name.startsWith("ipad")) return "ios";
  if (name.startsWith("android")) return "android";
  return name.startsWith("windows") ? "windows" : null;
}

const attAuthorised = 3;
const firstIosWithAtt = 14;

/**
 * Whether the user limits tracking (seed 002, is_lat): before iOS 14 `is_lat` says so, from iOS 14
 * `att`, where only 3 allows and absent is unknown, which does not limit. An iOS of unknown version
 * is judged by `att` where it is told, else by `is_lat`. On Android `is_lat` takes no ids away. Of an
 * unknown platform `att` alone counts: only iOS has it.
 */
function limitsTracking(event: Event, platform: TemplatePlatform): boolean {
  if (platform === "android" || platform === "windows") return false;
  const att = knownValue(event, "att");
  if (platform === null) return att !== undefined && Number(att) !== attAuthorised;
  const version = Number.parseInt(String(knownValue(event, "os_version") ?? ""), 10);
  const isByAtt = Number.isNaN(version) ? att !== undefined : version >= firstIosWithAtt;
  if (isByAtt) return att !== undefined && Number(att) !== attAuthorised;
  return knownValue(event, "is_lat") === true;
}
