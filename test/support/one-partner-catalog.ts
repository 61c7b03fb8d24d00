/** The smallest catalog that delivers: `purchase` of com.example.game goes to `<url>/postback?n=<clickid>`. Wire form. */
export const onePartnerCatalog = (
  receiverUrl: string,
  partner: Readonly<Record<string, unknown>> = {},
): { readonly carom: 1; readonly partners: readonly object[]; readonly apps: readonly object[] } => ({
  carom: 1,
  partners: [partnerTo({ id: "examplenetwork_int", receiverUrl, ...partner })],
  apps: [appWith(["examplenetwork_int"])],
});

export const partnerTo = ({
  id,
  receiverUrl,
  ...rest
}: {
  readonly id: string;
  readonly receiverUrl: string;
}): object => ({
  id,
  name: id,
  kind: "ad_network",
  templates: [
    {
      event_kind: "in_app_event",
      dialect: "appsflyer",
      method: "GET",
      url: `${receiverUrl}/postback?n=(clickid)&event=(mapped-iae)`,
    },
  ],
  ...rest,
});

/** Each partner hears `purchase`, whatever the media source. */
export const appWith = (partnerIds: readonly string[]): object => ({
  id: "com.example.game",
  name: "Example Game",
  integrations: partnerIds.map((partner) => ({
    partner_id: partner,
    active: true,
    install_postbacks: "off",
    in_app_postbacks: { active: true, window: "lifetime", mapping_method: "free_text" },
    mappings: [{ event_name: "purchase", partner_event: "buy", send_for: "all_sources" }],
  })),
});
