/**
 * Ids are branded strings, so that a partner's id cannot stand where an app's is asked for.
 * The functions below are the only places where plain text becomes an id; whoever calls one has
 * checked the text, or reads it back from where Carom stored it.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type AccountId = Branded<"AccountId">;
export type AppId = Branded<"AppId">;
export type PartnerId = Branded<"PartnerId">;
export type RuleId = Branded<"RuleId">;
export type MappingId = Branded<"MappingId">;
/** Carom's own id of an event: a UUIDv7 (RFC 9562) in lower case, minted at intake. */
export type EventId = Branded<"EventId">;
/** `<event id>-<target tag>[-<number of the redelivery>]`, see `postback-id.ts`. */
export type PostbackId = Branded<"PostbackId">;
/** `integration:<app>:<partner>[:<configurator>]` or `rule:<app>:<rule>`, see `target-key.ts`. */
export type ReceiverId = Branded<"ReceiverId">;
/** Where a part of the catalog stands: `partner/<partner>`, `integration/<app>/<partner>`, see `catalog-part.ts`. */
export type PartKey = Branded<"PartKey">;
export type SecretName = Branded<"SecretName">;
export type ApiKeyId = Branded<"ApiKeyId">;
export type NoticeTargetId = Branded<"NoticeTargetId">;
export type UserId = Branded<"UserId">;

const branded = <Id extends string>(text: string): Id => text as Id;

export const accountId = (text: string): AccountId => branded(text);
export const appId = (text: string): AppId => branded(text);
export const partnerId = (text: string): PartnerId => branded(text);
export const ruleId = (text: string): RuleId => branded(text);
export const mappingId = (text: string): MappingId => branded(text);
export const eventId = (text: string): EventId => branded(text);
export const postbackId = (text: string): PostbackId => branded(text);
export const receiverId = (text: string): ReceiverId => branded(text);
export const partKey = (text: string): PartKey => branded(text);
export const secretName = (text: string): SecretName => branded(text);
export const apiKeyId = (text: string): ApiKeyId => branded(text);
export const userId = (text: string): UserId => branded(text);
export const noticeTargetId = (text: string): NoticeTargetId => branded(text);
