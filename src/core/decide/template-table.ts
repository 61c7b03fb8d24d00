import { type PostbackTemplate, type TemplateKind, templateKinds } from "#src/core/catalog/catalog.ts";
import type { CompiledTemplate } from "#src/core/templates/template.ts";
import { type TemplateCase, templatePlatforms } from "./template-case.ts";

export type OwnedTemplate = { readonly template: PostbackTemplate; readonly compiled: CompiledTemplate };

/** The template of every case, chosen when the catalog is compiled: kind × platform × *limits tracking*. */
export type TemplateTable = readonly (CompiledTemplate | null)[];

/**
 * Chooses for every case. In this order: for users who limit tracking, a privacy template before a
 * normal one, whoever's it is and also where only the kind fallen back to has one; the kind itself
 * before the kind it falls back to; an integration's override before the partner's own; one for the
 * platform before one for all.
 */
export function templateTable(overrides: readonly OwnedTemplate[], own: readonly OwnedTemplate[]): TemplateTable {
  return templateKinds.flatMap((kind) =>
    templatePlatforms.flatMap((platform) =>
      [false, true].map((isLimiting) => choose([overrides, own], { kind, platform, isLimiting })),
    ),
  );
}

/** The template for such an event, or null where the partner has none. */
export function templateFor(
  table: TemplateTable,
  { kind, platform, isLimiting }: TemplateCase,
): CompiledTemplate | null {
  const row = templateKinds.indexOf(kind) * templatePlatforms.length + templatePlatforms.indexOf(platform);
  return table[row * 2 + (isLimiting ? 1 : 0)] ?? null;
}

/** A rejected install or event goes to the same endpoint (AF-REJ): without a template of its own, by the normal one. */
const fallbackOf: Readonly<Record<TemplateKind, TemplateKind | null>> = {
  install: null,
  in_app_event: null,
  rejected_install: "install",
  rejected_event: "in_app_event",
  skan_postback: null,
};

function choose(sources: readonly (readonly OwnedTemplate[])[], wanted: TemplateCase): CompiledTemplate | null {
  const fallback = fallbackOf[wanted.kind];
  for (const privacy of wanted.isLimiting ? [true, false] : [false]) {
    for (const kind of fallback === null ? [wanted.kind] : [wanted.kind, fallback]) {
      const found = chooseOfKind(sources, { kind, privacy, platform: wanted.platform });
      if (found !== null) return found;
    }
  }
  return null;
}

function chooseOfKind(
  sources: readonly (readonly OwnedTemplate[])[],
  wanted: Pick<TemplateCase, "kind" | "platform"> & { readonly privacy: boolean },
): CompiledTemplate | null {
  for (const source of sources) {
    for (const platform of wanted.platform === null ? [null] : [wanted.platform, null]) {
      const found = source.find(
        ({ template }) =>
          template.eventKind === wanted.kind && template.privacy === wanted.privacy && template.platform === platform,
      );
      if (found !== undefined) return found.compiled;
    }
  }
  return null;
}
