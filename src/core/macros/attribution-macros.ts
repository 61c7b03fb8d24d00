import type { EventField } from "#src/core/events/event-fields.ts";
import { defineMacro, fieldMacro } from "./define-macro.ts";
import type { Macro } from "./macro.ts";
import { campaignName, touchTypeDigit } from "./value-forms.ts";

type LinkRow = Pick<Macro, "label" | "meaning" | "example"> & { readonly appsflyer?: readonly string[] };

/** A value that the advertiser or publisher put on the attribution link. */
const link = (field: EventField, { appsflyer = [], ...row }: LinkRow): Macro =>
  fieldMacro(field, { ...row, source: "link", spellings: { appsflyer } });

const server = (field: EventField, { appsflyer = [], ...row }: LinkRow): Macro =>
  fieldMacro(field, { ...row, source: "server", spellings: { appsflyer } });

const subMacro = (field: EventField, number: number): Macro =>
  link(field, {
    label: `Sub-parameter ${number}`,
    meaning: `Free parameter ${number} of the link.`,
    example: `sub-${number}`,
  });

const campaignMacros: readonly Macro[] = [
  defineMacro("campaign", {
    source: "link",
    label: "Campaign",
    meaning: "Campaign name; one of more than 100 characters is written c_name_exceeded_max_length.",
    example: "summer_sale",
    spellings: { appsflyer: ["campaign", "c"] },
    read: (view) => campaignName(view.text("campaign")),
  }),
  link("af_c_id", { label: "Campaign ID", meaning: "Id of the campaign.", example: "6012345" }),
  link("af_adset", {
    label: "Ad set",
    meaning: "Ad set name: the level between campaign and ad.",
    example: "lookalike",
  }),
  link("af_adset_id", { label: "Ad set ID", meaning: "Id of the ad set.", example: "7012345" }),
  link("af_ad", { label: "Ad", meaning: "Ad name.", example: "cat_video_3" }),
  link("af_ad_id", { label: "Ad ID", meaning: "Id of the ad.", example: "8012345" }),
  link("af_ad_type", {
    label: "Ad type",
    meaning: "text, banner, interstitial, video, rewarded_video, playable or audio.",
    example: "rewarded_video",
  }),
  link("af_siteid", { label: "Site ID", meaning: "Id of the publisher that showed the ad.", example: "site_17" }),
  link("af_sub_siteid", {
    label: "Sub-site ID",
    meaning: "Id of the sub-network or sub-publisher that showed the ad.",
    example: "sub_3",
    appsflyer: ["af_sub_siteid", "af_subsite_id"],
  }),
  subMacro("af_sub1", 1),
  subMacro("af_sub2", 2),
  subMacro("af_sub3", 3),
  subMacro("af_sub4", 4),
  subMacro("af_sub5", 5),
  link("af_channel", { label: "Channel", meaning: "Channel of the media source.", example: "instagram" }),
  link("af_keywords", { label: "Keywords", meaning: "Keywords of a search campaign.", example: "cat games" }),
  link("af_cost_model", { label: "Cost model", meaning: "How the campaign is paid for.", example: "cpi" }),
  link("af_cost_value", { label: "Cost", meaning: "Cost in the cost currency.", example: "1.25" }),
  link("af_cost_currency", { label: "Cost currency", meaning: "ISO 4217 code of the cost.", example: "USD" }),
  link("publisher_id", { label: "Publisher ID", meaning: "The network's id of its publisher.", example: "pub-88" }),
  link("clickid", { label: "Click ID", meaning: "The network's own id of the click.", example: "b3f1c2d4" }),
  link("af_prt", { label: "Agency", meaning: "Name of the agency that brought the user.", example: "best_agency" }),
];

const touchMacros: readonly Macro[] = [
  server("media_source", {
    label: "Media source",
    meaning: "The network that the install or event is attributed to.",
    example: "zoopeter_int",
    appsflyer: ["media_source", "pid"],
  }),
  defineMacro("attributed_touch_type", {
    source: "server",
    form: "number",
    label: "Attributed touch type",
    meaning: "1 for an impression (view-through), 0 for a click; missing for any other touch.",
    example: "0",
    read: (view) => touchTypeDigit(view.text("attributed_touch_type")),
  }),
  server("match_type", {
    label: "Match type",
    meaning: "How it was attributed: srn, id_matching, probabilistic, referrer, ….",
    example: "id_matching",
  }),
  server("retargeting_conversion_type", {
    label: "Retargeting conversion type",
    meaning: "re-engagement, re-attribution, reinstall or none, as reported.",
    example: "re-engagement",
  }),
  server("campaign_type", { label: "Campaign type", meaning: "UA, retargeting or organic.", example: "ua" }),
  server("conversion_type", { label: "Conversion type", meaning: "install, re-engagement, ….", example: "install" }),
  server("network_account_id", { label: "Network account", meaning: "Account at the network.", example: "act_42" }),
  server("install_app_store", { label: "App store", meaning: "Store it was installed from.", example: "google_play" }),
  server("gp_referrer", {
    label: "Google Play referrer",
    meaning: "Referrer string of Google Play.",
    example: "utm_source=zoopeter",
  }),
  server("http_referrer", { label: "HTTP referrer", meaning: "Page of the click.", example: "https://news.example" }),
  server("original_url", {
    label: "Attribution link",
    meaning: "The link that was clicked.",
    example: "https://app.example/id1?pid=zoopeter_int",
  }),
];

export const attributionMacros: readonly Macro[] = [...campaignMacros, ...touchMacros];
