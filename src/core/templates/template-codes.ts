/** Every code of a problem that a template can have, with what it means. `contract/error-codes.ts` is the table for the public. */
export const templateProblemCodes = {
  "template.body_not_json": "The body is not JSON once its macros are filled",
  "template.body_too_deep": "The body is nested too deeply",
  "template.body_too_long": "The body is longer than allowed",
  "template.content_type_unused": "There is a content type and no body",
  "template.content_type_unsupported": "Macros cannot be encoded for this content type",
  "template.control_character": "A control character of secret marks stands in the text",
  "template.header_invalid": "A header's name or text cannot be sent",
  "template.header_reserved": "This header is written by Carom",
  "template.header_too_long": "A header value is longer than allowed",
  "template.headers_too_many": "There are more headers than allowed",
  "template.host_invalid": "The URL has no host that can be",
  "template.macro_in_host": "An event or a secret would choose the host",
  "template.macro_unknown": "There is no such macro",
  "template.parameter_missing": "The integration does not have this parameter",
  "template.place_invalid": "No macro can be kept inside this place",
  "template.signing_invalid": "The request cannot be signed this way",
  "template.transform_invalid": "A transform is written wrongly or stands in the wrong place",
  "template.transform_unknown": "There is no such transform",
  "template.url_invalid": "The URL holds what no URL may",
  "template.url_not_absolute": "The URL does not start with https:// or http://",
  "template.url_too_long": "The URL is longer than allowed",
  "template.url_userinfo": "The URL holds a user or password",
} as const;

/** Likely mistakes: they are told, and the template can be saved. */
export const templateWarningCodes = {
  "template.body_with_get": "A GET has a body",
  "template.context_key_free": "A key is none of Adobe's own",
  "template.entity_damage": "The text was damaged by HTML",
  "template.macro_as_text": "What looks like a macro goes out as text",
  "template.macro_never_filled": "This kind of event never has the macro",
  "template.macro_unclosed": "A macro is opened and not closed, and goes out as text",
  "template.override_unsigned": "Templates of an integration are not signed in the name of another account's partner",
  "template.parameter_repeated": "A parameter stands more than once",
  "template.personal_data_in_privacy_template": "A privacy template names a device or person",
  "template.personal_data_over_http": "Personal data goes out unencrypted",
  "template.placeholder_as_text": "A value looks like a place that was to be filled in",
  "template.secret_as_text": "A credential stands in the template itself",
  "template.secret_over_http": "A secret goes out unencrypted",
  "template.url_blank": "The URL has a blank",
  "template.url_fragment": "The URL has a fragment, which is never sent",
} as const;

export type TemplateCode = keyof typeof templateProblemCodes | keyof typeof templateWarningCodes;
