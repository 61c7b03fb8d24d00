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
  /** Other URLs for its partners, while it runs. */
  readonly setPartners: (partners: readonly BenchPartner[]) => Promise<void>;
  /** Without waiting for what hangs. */
  readonly kill: () => Promise<void>;
};

/** A partner of the bench: its id, and the URL of its template without the query. */
export type BenchPartner = { readonly id: string; readonly url: string };

/** Twelve macros; `n` and `t` are read by the bench's receiver. */
const query =
  "n=(clickid)&t=(af_siteid)&pid=(media_source)&event=(mapped-iae)&advertising_id=(advertiserId)&install_time=(install-unix-ts)&country=(country_code)&os=(os-version)&device=(device-model)&c=(campaign)&v=(app-version-name)&lang=(language)";

const partnerOf = ({ id, url }: BenchPartner): object => ({
  id,
  name: id,
  kind: "ad_network",
  limits: { in_flight_max: 512 },
  templates: [{ event_kind: "in_app_event", dialect: "appsflyer", method: "GET", url: `${url}?${query}` }],
});

const integrationOf = ({ id }: BenchPartner): object => ({
  partner_id: id,
  active: true,
  install_postbacks: "off",
  in_app_postbacks: { active: true, window: "lifetime", mapping_method: "free_text" },
  mappings: [{ event_name: "level_up", partner_event: "lvl", send_for: "partner_only" }],
});

/** One app; an event goes to the partner that it names as its media source. */
const benchCatalog = (partners: readonly BenchPartner[]): object => ({
  carom: 1,
  partners: partners.map(partnerOf),
  apps: [{ id: "com.example.game", name: "Example Game", integrations: partners.map(integrationOf) }],
});

/** A real server in an empty folder that is gone at the end, with one partner. */
export const startCarom = (receiverUrl: string): Promise<CaromServer> =>
  startCaromFor([{ id: "examplenetwork_int", url: `${receiverUrl}/postback` }]);

/** The same with these partners; `wrapper` is put before the call of `carom serve`. */
export const startCaromFor = async (
  partners: readonly BenchPartner[],
  wrapper: readonly string[] = [],
): Promise<CaromServer> => {
  const folder = temporaryFolder();
  const carom = await startCaromProcess({ folder: folder.path, wrapper });
  await applyCatalog(carom, benchCatalog(partners));
  const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
  return {
    url: carom.url,
    key,
    process: carom,
    setPartners: (others) => applyCatalog(carom, benchCatalog(others)),
    end: async () => {
      await carom.kill("SIGTERM");
      folder.remove();
    },
    kill: async () => {
      await carom.kill("SIGKILL");
      folder.remove();
    },
  };
};
