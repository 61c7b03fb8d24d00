import { type PostbackTemplate, type TemplateKind, templateKinds } from "#src/core/catalog.ts";
import type { Event } from "#src/core/event.ts";
import type { CompiledTemplate } from "#src/core/template.ts";
import type { EventFacts } from "./event-facts.ts";

export type OwnedTemplate = { readonly template: PostbackTemplate; readonly compiled: CompiledTemplate };

/** The template of every kind × platform × *limits tracking*, chosen when the catalog is compiled. */
export type TemplateTable = readonly (CompiledTemplate | null)[];

const platforms = ["ios", "android", "windows", null] as const;
type Platform = (typeof platforms)[number];

/**
 * Chooses for every case. In this order: the kind itself before the kind it falls back to; for users
 * who limit tracking, a privacy template before a normal one, whoever's it is; an integration's
 * override before the partner's own; one for the platform before one for all.
 */
export function templateTable(overrides: readonly OwnedTemplate[], own: readonly OwnedTemplate[]): TemplateTable {
  return templateKinds.flatMap((kind) =>
    platforms.flatMap((platform) =>
      [false, true].map((isLimiting) => choose([overrides, own], { kind, platform, isLimiting })),
    ),
  );
}

type Case = { readonly kind: TemplateKind; readonly platform: Platform; readonly isLimiting: boolean };

/** A rejected install or event goes to the same endpoint (AF-REJ): without a template of its own, by the normal one. */
const fallbackOf: Readonly<Record<TemplateKind, TemplateKind | null>> = {
  install: null,
  in_app_event: null,
  rejected_install: "install",
  rejected_event: "in_app_event",
  skan_postback: null,
};

function choose(sources: readonly (readonly OwnedTemplate[])[], wanted: Case): CompiledTemplate | null {
  for (const privacy of wanted.isLimiting ? [true, false] : [false]) {
    for (const source of sources) {
      for (const platform of wanted.platform === null ? [null] : [wanted.platform, null]) {
        const found = source.find(
          ({ template }) =>
            template.eventKind === wanted.kind && template.privacy === privacy && template.platform === platform,
        );
        if (found !== undefined) return found.compiled;
      }
    }
  }
  const fallback = fallbackOf[wanted.kind];
  return fallback === null ? null : choose(sources, { ...wanted, kind: fallback });
}

/** The template for this event, or null where the partner has none. */
export function templateFor(table: TemplateTable, facts: EventFacts): CompiledTemplate | null {
  const platform = platformOf(facts.event);
  const kind = templateKinds.indexOf(templateKindOf(facts));
  const isLimiting = limitsTracking(facts.event, platform) ? 1 : 0;
  return table[(kind * platforms.length + platforms.indexOf(platform)) * 2 + isLimiting] ?? null;
}

export function templateKindOf(facts: EventFacts): TemplateKind {
  if (facts.isConversion) return facts.isRejected ? "rejected_install" : "install";
  if (facts.event.type === "skan_postback") return "skan_postback";
  return facts.isRejected ? "rejected_event" : "in_app_event";
}

/** `iOS`, `ios`, `Android`, `Windows Mobile`, … as one of ours; null for every other and for none. */
export function platformOf(event: Event): Platform {
  const name = String(event.fields.platform ?? event.enrichment?.fields.platform ?? "").toLowerCase();
  if (name.startsWith("ios") || name.startsWith("iphone") || name.startsWith("ipad")) return "ios";
  if (name.startsWith("android")) return "android";
  return name.startsWith("windows") ? "windows" : null;
}

/** `att` 3 is *authorised*; 0, 1 and 2 are not. */
const attAuthorised = 3;
const firstIosWithAtt = 14;

/**
 * Whether the user limits tracking (seed 002, is_lat): before iOS 14 `is_lat` says so, from iOS 14
 * `att`, where only 3 allows and absent is unknown, which does not limit. An iOS of unknown version
 * is judged by `att` where it is told, else by `is_lat`. On Android `is_lat` takes no ids away.
 */
export function limitsTracking(event: Event, platform: Platform): boolean {
  if (platform !== "ios") return false;
  const value = <Field extends "att" | "is_lat" | "os_version">(field: Field) =>
    event.fields[field] ?? event.enrichment?.fields[field];
  const version = Number.parseInt(String(value("os_version") ?? ""), 10);
  const att = value("att");
  const hasAtt = Number.isNaN(version) ? att !== undefined : version >= firstIosWithAtt;
  if (hasAtt) return att !== undefined && Number(att) !== attAuthorised;
  return value("is_lat") === true;
}
