/** The event of the bench, about 25 fields: `number` is in it as `clickid`, the time of its sending as `af_siteid`. */
export const benchEvent = (told: {
  readonly id: string | null;
  readonly name: string;
  readonly number: number;
  readonly sentUs: number;
}): string => {
  const id = told.id === null ? "" : `"event_id":"${told.id}",`;
  return `{${id}"app_id":"com.example.game","event_type":"in_app_event","event_name":"${told.name}","event_value":{"level":5,"score":${told.number},"af_content_id":"1107"},"clickid":"${told.number}","af_siteid":"${told.sentUs}","media_source":"examplenetwork_int","campaign":"spring_sale","install_time":"2026-11-01T10:00:00.000Z","advertising_id":"38400000-8cf0-11bd-b23e-10b96e40000d","platform":"android","os_version":"14","device_model":"SM-G991B","country_code":"US","language":"en","app_version":"1.2.3"}`;
};
