import type { Event } from "#src/core/events/event.ts";
import { conversionKindOf } from "./install-conversion.ts";
import type { ConversionKind } from "./install-record.ts";

/** `retargeting`: a retargeting campaign earned it, and nobody told by which kind of conversion. */
export type EarnedBy = ConversionKind | "retargeting";

/**
 * The kind of conversion that earned an event, or null where nobody told. What an event says of itself
 * goes before what its install record adds, and the kind by its name before a mere flag. Every macro
 * that tells of retargeting is made from this one answer, so that they cannot contradict each other.
 */
export function earnedBy(event: Event): EarnedBy | null {
  const own = conversionKindOf(event);
  if (own === "re_engagement" || own === "re_attribution") return own;
  const { fields, enrichment } = event;
  return (
    toldBy(fields.retargeting_conversion_type, fields.is_retargeting, own ?? enrichment?.conversionKind ?? null) ??
    toldBy(enrichment?.fields.retargeting_conversion_type, enrichment?.fields.is_retargeting, own) ??
    own ??
    enrichment?.conversionKind ??
    null
  );
}

type Told = string | number | boolean | undefined;

function toldBy(type: Told, flag: Told, known: ConversionKind | null): EarnedBy | null {
  // AF-RT writes `re-engagement`, `re-attribution`, `Re-install`, `none`; reports differ in the spelling.
  switch (
    String(type ?? "")
      .toLowerCase()
      .replace(/[^a-z]/g, "")
  ) {
    case "reengagement":
      return "re_engagement";
    case "reattribution":
      return "re_attribution";
    case "none":
      return primaryOf(known);
    default:
      if (flag === undefined) return null;
      return flag === true ? retargetingOf(known) : primaryOf(known);
  }
}

const primaryOf = (known: ConversionKind | null): ConversionKind => (known === "reinstall" ? known : "install");

/** A reinstall that retargeting earned is a re-attribution (AF-PUSH). */
function retargetingOf(known: ConversionKind | null): EarnedBy {
  if (known === "reinstall") return "re_attribution";
  return known === null || known === "install" ? "retargeting" : known;
}

/** Whether a retargeting campaign earned it. */
export const isRetargeting = (by: EarnedBy | null): boolean =>
  by === "re_engagement" || by === "re_attribution" || by === "retargeting";
