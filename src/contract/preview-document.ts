/**
 * A catalog of one app and one partner around a template, so that a template alone is compiled, decided and
 * rendered by the very functions that production uses. As JSON text in the wire form.
 */
export const previewDocument = (around: {
  readonly template: object;
  /** The kind of template that the event asks for: whatever the template says it is for, it is the one to look at. */
  readonly eventKind: string;
  readonly appId: string;
  readonly eventName: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly partnerEvent: string | null;
  readonly dataSharing: string;
}): string => {
  const { template, eventKind, parameters, dataSharing } = around;
  const mapping = {
    event_name: around.eventName,
    ...(around.partnerEvent === null ? {} : { partner_event: around.partnerEvent }),
    send_for: "all_sources",
    data_sharing: dataSharing,
  };
  return JSON.stringify({
    carom: 1,
    partners: [
      {
        id: previewPartner,
        parameters: Object.keys(parameters),
        templates: [{ ...template, event_kind: eventKind, platform: null, privacy: false }],
      },
    ],
    apps: [
      {
        id: around.appId,
        integrations: [
          {
            partner_id: previewPartner,
            parameters,
            install_postbacks: "all_sources",
            in_app_postbacks: { window: "lifetime", rejected_events: true, data_sharing: dataSharing },
            mappings: [mapping],
          },
        ],
      },
    ],
  });
};

const previewPartner = "preview";

/** Problems of a template alone begin where its document does; its parameters stand beside it. */
export const pathInTemplate = (path: readonly (string | number)[]): readonly (string | number)[] => {
  if (path[0] === "partners" && path[2] === "templates") return ["template", ...path.slice(4)];
  return path[0] === "apps" && path[2] === "integrations" && path[4] === "parameters" ? path.slice(4) : path;
};
