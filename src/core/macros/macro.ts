import type { DialectName } from "#src/core/catalog/request-template.ts";
import type { EventType } from "#src/core/events/event.ts";
import type { EventView } from "#src/core/events/event-view.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { KeyedHash } from "#src/core/templates/secret-mark.ts";

/** Where a value comes from (seed 002): the app, what the server worked out, the attribution link, an integration's parameter. */
export type MacroSource = "sdk" | "server" | "link" | "parameter";

/**
 * What a value is where it stands bare in a JSON body: `text` always becomes a string, `number` and
 * `flag` stay bare where the value is one, `json` is put in as the JSON it is, `any` as whichever it is.
 */
export type MacroForm = "text" | "number" | "flag" | "json" | "any";

/**
 * How a value is put in: `by_place` is encoded for its place; `kept` is percent-encoded already, and
 * only what could end its place is encoded; `kept_query` is a whole query already, and stands
 * where one may.
 */
export type ValueEncoding = "by_place" | "kept" | "kept_query";

/** What a template needs of a macro. A dialect with transforms or free keys hands out its own. */
export type ValueSource = {
  /** Registry name, told when a postback is skipped for want of it. */
  readonly name: string;
  readonly form: MacroForm;
  /** Events that can have it; of others it is always missing, and lint says so. */
  readonly eventTypes: readonly EventType[];
  /** Tells of a person or a device: not for plain http, not for a privacy template. */
  readonly isPersonal: boolean;
  readonly encoding: ValueEncoding;
  /** What `read` answers is hashed under a secret at the attempt, unless it is masked; null for a value that goes out itself. */
  readonly keyedHash: KeyedHash | null;
  /** Null where the event has no value. Reads the view and nothing else. */
  readonly read: (view: EventView, hashes: Hashes) => string | null;
  /** What `read` writes, epoch milliseconds, where that is a time: transforms of times need not read it again. */
  readonly instant?: (view: EventView) => number | null;
};

/** One row of the registry, from which documentation, lint, menus and tests are made. */
export type Macro = ValueSource & {
  readonly source: MacroSource;
  readonly label: string;
  /** One or two sentences: what it is, in which form. */
  readonly meaning: string;
  readonly example: string;
  /** Spellings by dialect, beside the name itself; the first is the one to suggest. A new dialect is a new column. */
  readonly spellings: Readonly<Partial<Record<DialectName, readonly string[]>>>;
};
