import type { TemplateKind } from "#src/core/catalog.ts";
import type { Event } from "#src/core/event.ts";
import type { EventShape } from "./event-facts.ts";

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

function kindOf(shape: EventShape): TemplateKind {
  if (shape.isConversion) return shape.isRejected ? "rejected_install" : "install";
  if (shape.type === "skan_postback") return "skan_postback";
  return shape.isRejected ? "rejected_event" : "in_app_event";
}

type PlatformField = "platform" | "os_version" | "att" | "is_lat";
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
 * is judged by `att` where it is told, else by `is_lat`. On Android `is_lat` takes no ids away.
 */
function limitsTracking(event: Event, platform: TemplatePlatform): boolean {
  if (platform !== "ios") return false;
  const version = Number.parseInt(String(knownValue(event, "os_version") ?? ""), 10);
  const att = knownValue(event, "att");
  const isByAtt = Number.isNaN(version) ? att !== undefined : version >= firstIosWithAtt;
  if (isByAtt) return att !== undefined && Number(att) !== attAuthorised;
  return knownValue(event, "is_lat") === true;
}
