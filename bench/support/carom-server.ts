import {
  applyCatalog,
  type CaromProcess,
  makeKey,
  startCaromProcess,
  temporaryFolder,
} from "../../test/support/carom-process.ts";

export type CaromServer = {
  readonly url: string;
  readonly key: string;
  readonly process: CaromProcess;
  readonly end: () => Promise<void>;
};

/** One app, one partner; the in-app template has 12 macros. `n` and `t` are read by the bench's receiver. */
const benchCatalog = (receiverUrl: string): object => ({
  carom: 1,
  partners: [
    {
      id: "examplenetwork_int",
      name: "Example Network",
      kind: "ad_network",
      limits: { in_flight_max: 512 },
      templates: [
        {
          event_kind: "in_app_event",
          dialect: "appsflyer",
          method: "GET",
          url: `${receiverUrl}/postback?n=(clickid)&t=(af_siteid)&pid=(media_source)&event=(mapped-iae)&advertising_id=(advertiserId)&install_time=(install-unix-ts)&country=(country_code)&os=(os-version)&device=(device-model)&c=(campaign)&v=(app-version-name)&lang=(language)`,
        },
      ],
    },
  ],
  apps: [
    {
      id: "com.example.game",
      name: "Example Game",
      integrations: [
        {
          partner_id: "examplenetwork_int",
          active: true,
          install_postbacks: "off",
          in_app_postbacks: { active: true, window: "lifetime", mapping_method: "free_text" },
          mappings: [{ event_name: "level_up", partner_event: "lvl", send_for: "partner_only" }],
        },
      ],
    },
  ],
});

/** A real server in an empty folder that is gone at the end. */
export const startCarom = async (receiverUrl: string): Promise<CaromServer> => {
  const folder = temporaryFolder();
  const carom = await startCaromProcess({ folder: folder.path });
  await applyCatalog(carom, benchCatalog(receiverUrl));
  const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
  return {
    url: carom.url,
    key,
    process: carom,
    end: async () => {
      await carom.kill("SIGTERM");
      folder.remove();
    },
  };
};
