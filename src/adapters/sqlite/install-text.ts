import type { AppId } from "#src/core/ids.ts";
import type { InstallRecord } from "#src/core/installs/install-record.ts";

/**
 * An install record as it is stored: one JSON array. There are millions, and how many fit into memory is how many are
 * found without the disk: what other columns of its row say, the app and the keys, is not said again. The order is the
 * version: what is added goes to the end.
 *
 *   event id, installed at, installed by, conversion at, conversion kind, fields, field times, lifecycle
 */
export const packInstall = (install: InstallRecord): string =>
  JSON.stringify([
    install.eventId,
    install.installedAt,
    install.installedBy,
    install.conversionAt,
    install.conversionKind,
    install.fields,
    install.fieldTimes,
    install.lifecycle,
  ]);

/** `keys`: of its row, as JSON. */
export const unpackInstall = (
  text: string,
  { appId, keys }: { readonly appId: AppId; readonly keys: string },
): InstallRecord => {
  // Of before schema 21: the record whole. It stays so until its device converts again, or retention takes it.
  if (text.startsWith("{")) return JSON.parse(text);
  const [eventId, installedAt, installedBy, conversionAt, conversionKind, fields, fieldTimes, lifecycle] =
    JSON.parse(text);
  return {
    appId,
    keys: JSON.parse(keys),
    eventId,
    installedAt,
    installedBy,
    conversionAt,
    conversionKind,
    fields,
    fieldTimes,
    lifecycle,
  };
};
