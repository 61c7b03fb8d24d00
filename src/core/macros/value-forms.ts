/** Forms that macro values take. Each answers null for what it cannot read: no value is better than a wrong one. */

const flagTexts: Readonly<Record<string, boolean>> = {
  true: true,
  "1": true,
  yes: true,
  false: false,
  "0": false,
  no: false,
};

export const flagOf = (text: string | null): boolean | null => {
  if (text === null) return null;
  const lower = text.toLowerCase();
  return Object.hasOwn(flagTexts, lower) ? (flagTexts[lower] ?? null) : null;
};

export const trueOrFalse = (flag: boolean | null): string | null => (flag === null ? null : String(flag));

/** Seed 002 writes `wifi` in capitals. */
export const upperTrueOrFalse = (flag: boolean | null): string | null =>
  flag === null ? null : flag ? "TRUE" : "FALSE";

export const oneOrZero = (flag: boolean | null): string | null => (flag === null ? null : flag ? "1" : "0");

/** `1` for a view-through, `0` for a click (seed 002); other touches are neither. */
export const touchTypeDigit = (text: string | null): string | null => {
  switch (text?.toLowerCase()) {
    case "impression":
    case "view":
    case "1":
      return "1";
    case "click":
    case "0":
      return "0";
    default:
      return null;
  }
};

/** The table of seed 002 writes iOS, Android, Windows Mobile; raw data writes `ios`, `android`, `windows`. */
export const platformName = (text: string | null): string | null => {
  switch (text?.toLowerCase()) {
    case "ios":
      return "iOS";
    case "android":
      return "Android";
    case "windows":
    case "windowsphone":
    case "windows phone":
    case "windows mobile":
      return "Windows Mobile";
    default:
      return text;
  }
};

const campaignLengthMax = 100;

/** A longer name goes out as AppsFlyer's own mark of it (seed 002). Counted in characters, not in UTF-16 units. */
export const campaignName = (text: string | null): string | null => {
  if (text === null || text.length <= campaignLengthMax) return text;
  let characters = 0;
  for (const _character of text) characters += 1;
  return characters <= campaignLengthMax ? text : "c_name_exceeded_max_length";
};

const hourMs = 3_600_000;
/** The last instant with a four-digit year. */
const instantMax = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const instantMin = Date.parse("0000-01-01T00:00:00Z");

const isInstant = (at: number | null): at is number => at !== null && at >= instantMin && at <= instantMax;

/** `yyyy-mm-dd hh:mm:ss.sss`, UTC: the form of AppsFlyer's raw data. */
export const timeText = (at: number | null): string | null => {
  if (!isInstant(at)) return null;
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
};

export const isoTime = (at: number | null): string | null => (isInstant(at) ? new Date(at).toISOString() : null);

/** Privacy templates tell the hour only (domain.md 1.10). */
export const hourFloorText = (at: number | null): string | null =>
  at === null ? null : timeText(Math.floor(at / hourMs) * hourMs);

export const unixSeconds = (at: number | null): string | null =>
  isInstant(at) ? String(Math.floor(at / 1_000)) : null;

export const unixMilliseconds = (at: number | null): string | null => (isInstant(at) ? String(Math.floor(at)) : null);

/** The list of values in seed 001 writes push, email, in-app message; events come with the names of channels, Push Notification and In-app Message. */
export const channelName = (text: string | null): string | null => {
  switch (text?.toLowerCase()) {
    case "push":
    case "push notification":
      return "push";
    case "email":
      return "email";
    case "in-app":
    case "in_app":
    case "in-app message":
      return "in-app message";
    default:
      return text;
  }
};
