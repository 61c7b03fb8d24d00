export const benchAppId = "com.example.game";

/** The fields that carry what the bench's receiver reads: the event's number, and the time of its sending. */
export type MarkFields = { readonly number: string; readonly sent: string };
const marksOfClick: MarkFields = { number: "clickid", sent: "af_siteid" };

/**
 * For events of install records: one that tells anything of its attribution that the record does not know
 * is of another source, and is not completed by it.
 */
const marksOfPlace: MarkFields = { number: "city", sent: "region" };

export const marksOf = (of: { readonly hasInstall: boolean }): MarkFields =>
  of.hasInstall ? marksOfPlace : marksOfClick;

type Told = {
  /** The client's own id, or null for none. */
  readonly id: string | null;
  readonly name: string;
  readonly number: number;
  readonly sentUs: number;
  /** The partner that the event is of. */
  readonly mediaSource?: string;
  /** By default the app of the bench's catalog. */
  readonly appId?: string;
  /** Of an install record: then attribution and install time come from there. */
  readonly installId?: string;
  /** Left out where nobody looks for it. */
  readonly userId?: string | null;
};

/** The event of the bench, about 25 fields, with its number and the time of its sending in the `marksOf` it. */
export const benchEvent = (told: Told): string => {
  const { id, name, number, sentUs, appId = benchAppId, userId = null } = told;
  const marks = marksOf({ hasInstall: told.installId !== undefined });
  const ids = `${id === null ? "" : `"event_id":"${id}",`}${userId === null ? "" : `"customer_user_id":"${userId}",`}`;
  return `{${ids}"app_id":"${appId}","event_type":"in_app_event","event_name":"${name}","event_value":{"level":5,"score":${number},"af_content_id":"1107"},"${marks.number}":"${number}","${marks.sent}":"${sentUs}",${attributionOf(told)},"advertising_id":"38400000-8cf0-11bd-b23e-10b96e40000d","platform":"android","os_version":"14","device_model":"SM-G991B","country_code":"US","language":"en","app_version":"1.2.3"}`;
};

const attributionOf = ({ mediaSource = "examplenetwork_int", installId }: Told): string =>
  installId === undefined
    ? `"media_source":"${mediaSource}","campaign":"spring_sale","install_time":"2026-11-01T10:00:00.000Z"`
    : `"install_id":"${installId}"`;
