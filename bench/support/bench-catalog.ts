import { marksOf } from "./bench-event.ts";
import { appOf } from "./bench-world.ts";

/** Catalog of the bench; the in-app template has 12 macros. `n` and `t` are read by the bench's receiver, from the `marksOf` an event. */
export const benchCatalog = (
  receiverUrl: string,
  sizes: {
    readonly apps: number;
    /** Number of the first of them; 0 is the app that every bench has. */
    readonly firstApp?: number;
    /** Partners, each with an integration in every app; the first is the one that matches. */
    readonly partners?: number;
    readonly mappings?: number;
    /** Its events are completed by install records. */
    readonly hasInstalls?: boolean;
  },
): object => {
  const marks = marksOf({ hasInstall: sizes.hasInstalls ?? false });
  const partnerIds = Array.from({ length: sizes.partners ?? 1 }, (_, index) => partnerOf(index));
  const mappings = Array.from({ length: sizes.mappings ?? 1 }, (_, index) => ({
    event_name: mappedName(index),
    partner_event: `p${index}`,
    send_for: "partner_only",
  }));
  return {
    carom: 1,
    partners: partnerIds.map((id) => ({
      id,
      name: id,
      kind: "ad_network",
      limits: { in_flight_max: 512 },
      templates: [
        {
          event_kind: "in_app_event",
          dialect: "appsflyer",
          method: "GET",
          url: `${receiverUrl}/postback?n=(${marks.number})&t=(${marks.sent})&pid=(media_source)&event=(mapped-iae)&advertising_id=(advertiserId)&install_time=(install-unix-ts)&country=(country_code)&os=(os-version)&device=(device-model)&c=(campaign)&v=(app-version-name)&lang=(language)`,
        },
      ],
    })),
    apps: Array.from({ length: sizes.apps }, (_, index) => ({
      id: appOf((sizes.firstApp ?? 0) + index),
      name: `Game ${index}`,
      integrations: partnerIds.map((id) => ({
        partner_id: id,
        active: true,
        install_postbacks: "off",
        in_app_postbacks: { active: true, window: "lifetime", mapping_method: "free_text" },
        mappings,
      })),
    })),
  };
};

/** The first is the name of every event of the bench that is not varied. */
export const mappedName = (index: number): string => (index === 0 ? "level_up" : `event_${index}`);
/** The first is the media source of these events; each is the source that its partner goes by. */
export const partnerOf = (index: number): string => (index === 0 ? benchPartnerId : `network_${index}`);
export const benchPartnerId = "examplenetwork_int";
