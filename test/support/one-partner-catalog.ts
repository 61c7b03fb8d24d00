/** The smallest catalog that delivers: `purchase` of com.example.game goes to `<url>/postback?n=<clickid>`. Wire form. */
export const onePartnerCatalog = (
  receiverUrl: string,
  partner: Readonly<Record<string, unknown>> = {},
): { readonly carom: 1; readonly partners: readonly object[]; readonly apps: readonly object[] } => ({
  carom: 1,
  partners: [partnerTo({ id: "examplenetwork_int", receiverUrl, ...partner })],
  apps: [appWith(["examplenetwork_int"])],
});

/** `number` is the macro that the receiver counts by. */
export const partnerTo = ({
  id,
  receiverUrl,
  number = "clickid",
  ...rest
}: {
  readonly id: string;
  readonly receiverUrl: string;
  readonly number?: string;
  readonly [field: string]: unknown;
}): object => ({
  id,
  name: id,
  kind: "ad_network",
  templates: [
    {
      event_kind: "in_app_event",
      dialect: "appsflyer",
      method: "GET",
      url: `${receiverUrl}/postback?n=(${number})&event=(mapped-iae)`,
    },
  ],
  ...rest,
});

/** Each partner hears `purchase`, whatever the media source. */
export const appWith = (partnerIds: readonly string[], more: readonly object[] = []): object => ({
  id: "com.example.game",
  name: "Example Game",
  integrations: [
    ...partnerIds.map((partner) => integrationOf(partner, { event_name: "purchase", send_for: "all_sources" })),
    ...more,
  ],
});

/** A partner that hears one event, by one mapping. */
export const integrationOf = (partner: string, mapping: Readonly<Record<string, unknown>>): object => ({
  partner_id: partner,
  active: true,
  install_postbacks: "off",
  in_app_postbacks: { active: true, window: "lifetime", mapping_method: "free_text" },
  mappings: [{ partner_event: "buy", ...mapping }],
});
