import type { SendFor } from "#src/core/catalog/catalog.ts";
import type { EventSource } from "./event-shape.ts";
import { goesByWhole } from "./goes-by-whole.ts";
import { inAppPath, integrationPath, targetPath } from "./setting-paths.ts";
import type { Step } from "./step.ts";
import type { IntegrationTerms, Target } from "./terms.ts";

export const notAttributed: Step<Target, EventSource> = {
  reason: "not_attributed",
  skips: (target, facts) => {
    if (lacksMapping(target, facts)) return false;
    return sendForOf(target, facts) === "partner_only" ? !isAttributedTo(target.terms, facts) : facts.isSecondRow;
  },
  describe: (target, facts) => ({
    expected: lacksMapping(target, facts)
      ? "as the mapping says that it gets"
      : sendForOf(target, facts) === "partner_only"
        ? `attributed to one of ${target.terms.partner.mediaSources.join(", ")}`
        : "any source, of a double attribution the primary row",
    actual: `media source ${facts.mediaSource ?? "not told"}${facts.isSecondRow ? ", not the primary row" : ""}`,
    setBy: sendForPath(target, facts),
    fix: fixOf(target, facts),
  }),
  restsOnInstall: (facts) => facts.mediaSource === null,
};

/** Nothing mends a second row: its primary row is what is sent. */
function fixOf(target: Target, facts: EventSource): string | null {
  if (lacksMapping(target, facts) || sendForOf(target, facts) !== "partner_only") return null;
  const { partner } = target.terms;
  const { mediaSource } = facts;
  if (isAttributedTo(target.terms, facts)) return null;
  const everySource = `set ${sendForPath(target, facts)} to all_sources, as for a tracker`;
  return mediaSource === null || mediaSource.toLowerCase() === "organic"
    ? everySource
    : `add ${JSON.stringify(mediaSource)} to media_sources of partner ${partner.id}, or ${everySource}`;
}

/** Explained all the same: whose events go out is for the mapping to say that somebody has yet to write. */
const lacksMapping = ({ terms, mapping }: Target, facts: EventSource): boolean =>
  mapping === null && !goesByWhole(terms.integration, facts);

/** Whose events go out: the mapping's own word, else (conversions, *as is*) the integration's. */
function sendForOf({ terms, mapping }: Target, facts: EventSource): SendFor {
  if (mapping !== null) return mapping.sendFor;
  const { installPostbacks, inApp } = terms.integration;
  if (!facts.isConversion) return inApp.sendFor;
  return installPostbacks === "all_sources" ? "all_sources" : "partner_only";
}

const sendForPath = (target: Target, facts: EventSource): string =>
  target.mapping === null && facts.isConversion
    ? `${integrationPath(target.terms)}.install_postbacks`
    : `${target.mapping === null ? inAppPath(target.terms) : targetPath(target)}.send_for`;

/** Organic is nobody's, whatever a partner calls its media sources. */
export const isAttributedTo = (
  { partner }: IntegrationTerms,
  { mediaSource }: Pick<EventSource, "mediaSource">,
): boolean =>
  mediaSource !== null && mediaSource.toLowerCase() !== "organic" && partner.mediaSources.includes(mediaSource);

/** The sources that `isAttributedTo` can say yes of: of every other it says what it says of any stranger's. */
export const attributedSourcesOf = ({ partner }: IntegrationTerms): readonly string[] => partner.mediaSources;
