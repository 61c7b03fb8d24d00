import type { Event } from "#src/core/events/event.ts";
import type { AppId } from "#src/core/ids.ts";
import { installKeysOf } from "#src/core/installs/install-keys.ts";

/**
 * That a rule with `frequency: once` has matched for this subject. The row is unique and names its
 * event: inserting it decides which of two events was first.
 */
export type OnceMark = {
  readonly appId: AppId;
  /** Of the rule. */
  readonly targetKey: string;
  /** `install_id:…`, see `onceSubjectOf`. */
  readonly subject: string;
};

/**
 * Whom once is once for: the install, without its id the device, then the user; as the event is
 * completed by its install record. Null where nothing is known: then nothing says that two events
 * are of one device, and each is the first.
 */
export const onceSubjectOf = ({ fields, enrichment }: Event): string | null =>
  installKeysOf({ ...enrichment?.fields, ...fields })[0] ?? null;
