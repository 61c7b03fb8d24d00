import {
  choiceSetting,
  integerSetting,
  networkListSetting,
  optionalTextSetting,
  serverListSetting,
  textSetting,
} from "./setting.ts";

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const logFormats = ["auto", "json", "text"] as const;

/**
 * Every setting of Carom, by its name in the code. The environment calls `intakeQueueEvents`
 * `CAROM_INTAKE_QUEUE_EVENTS`. Units stand last in a name, so that a value is never a guess.
 */
export const settings = {
  data: textSetting({
    default: "./data",
    meaning:
      "Folder that holds everything: events, postbacks, configuration, keys, and the socket of the command line.",
    reason: "Beside the program, so that the first start needs no rights; made with mode 700 when it is not there.",
  }),
  host: textSetting({
    default: "127.0.0.1",
    meaning: "Address to listen on. 0.0.0.0 listens on every address of the machine.",
    reason:
      "Nothing is reachable from other machines before somebody asks for it; TLS is the work of a proxy in front.",
  }),
  port: integerSetting({
    default: 8080,
    unit: "port",
    min: 0,
    max: 65_535,
    meaning: "TCP port of the API: intake, configuration, metrics. 0 takes a free one and prints it.",
    reason: "The usual port of a service behind a proxy.",
  }),
  publicUrl: optionalTextSetting({
    pattern: /^https?:\/\/[^\s/?#]+\/?$/,
    expected: "an address such as https://carom.example.com, without a path",
    meaning:
      "Address by which people reach this server through its proxy: links for them begin with it, and with https:// the cookie of a session goes over TLS only.",
    reason: "Empty: the address it listens on, for a server that is used on its own machine.",
  }),
  oidcIssuer: optionalTextSetting({
    pattern: /^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$))[^\s?#@]*$/,
    expected: "an address such as https://id.example.com; http:// is for this machine only",
    meaning: "OpenID provider where people may sign in, with `CAROM_OIDC_CLIENT_ID` and `CAROM_OIDC_CLIENT_SECRET`.",
    reason: "Empty: people sign in with a password. Its client returns to `/v1/oidc/callback` of `CAROM_PUBLIC_URL`.",
  }),
  oidcClientId: optionalTextSetting({
    meaning: "What the OpenID provider calls this server.",
    reason: "Empty with `CAROM_OIDC_ISSUER`.",
  }),
  oidcClientSecret: optionalTextSetting({
    meaning: "The secret of that client. It is never logged.",
    reason: "Empty with `CAROM_OIDC_ISSUER`.",
  }),
  sessionIdleHours: integerSetting({
    default: 12,
    unit: "hours",
    min: 1,
    max: 720,
    meaning: "How long somebody stays signed in without any request.",
    reason: "A working day with its breaks; the next morning asks again.",
  }),
  sessionLongestDays: integerSetting({
    default: 14,
    unit: "days",
    min: 1,
    max: 365,
    meaning: "How long somebody stays signed in at most, whatever they do.",
    reason: "A console that is always open on a screen in the office is signed in to once in two weeks.",
  }),
  logLevel: choiceSetting({
    default: "info",
    choices: logLevels,
    meaning: "Least level that is logged. `info` is changes of state; `debug` adds one line for each attempt.",
    reason: "At thousands of postbacks a second a line for each would cost more than sending them.",
  }),
  logFormat: choiceSetting({
    default: "auto",
    choices: logFormats,
    meaning: "`json` is one object a line, `text` is for people, `auto` is text on a terminal and else json.",
    reason: "Machines collect the log in production; a person reads it on a terminal.",
  }),
  encryptionKey: optionalTextSetting({
    pattern: /^[0-9a-fA-F]{64}$/,
    expected: "64 hexadecimal digits (32 bytes); `openssl rand -hex 32` makes them",
    meaning: "Key that seals named secrets (AES-256-GCM), as 64 hexadecimal digits. Wins over the key file.",
    reason: "Without one a key is made in the data folder (mode 600), so that secrets are never stored plain.",
  }),
  encryptionKeyPrevious: optionalTextSetting({
    pattern: /^[0-9a-fA-F]{64}$/,
    expected: "64 hexadecimal digits (32 bytes)",
    meaning: "The key before `CAROM_ENCRYPTION_KEY`, for one start: what it sealed is sealed anew.",
    reason: "A key that comes from outside is rotated outside; one start with both moves every secret over.",
  }),
  encryptionKeyFile: optionalTextSetting({
    meaning: "File that holds the encryption key, as 64 hexadecimal digits.",
    reason: "Container secrets come as files; by default `encryption.key` in the data folder.",
  }),
  allowedNetworks: networkListSetting({
    meaning: "Private or special addresses that postbacks may go to nevertheless, as CIDR networks split by commas.",
    reason: "A partner's URL must never reach into the operator's own network unless the operator says which part.",
  }),
  trustedProxies: networkListSetting({
    meaning: "Proxies whose `X-Forwarded-For` is believed for the address of a sender of events.",
    reason: "Believing everybody would let a caller choose its own address.",
  }),
  resolvers: serverListSetting({
    meaning: "DNS servers to ask instead of the system's, split by commas.",
    reason: "Empty: the system's, with the hosts file.",
  }),
  senderThreads: integerSetting({
    default: 0,
    unit: "threads",
    min: 0,
    max: 64,
    meaning: "Worker threads that send postbacks. 0 takes one for each core beyond the first, and at least one.",
    reason: "The first core decides and renders; sending is what the others are for.",
  }),
  intakeQueueEvents: integerSetting({
    default: 20_000,
    unit: "events",
    min: 1_000,
    max: 1_000_000,
    meaning: "Events taken and not yet durable, beyond which intake answers 503 with Retry-After.",
    reason: "Under a second of work of one machine: longer queues only add delay, and memory.",
  }),
  ingestKeyEventsPerSecond: integerSetting({
    default: 0,
    unit: "events a second",
    min: 0,
    max: 1_000_000,
    meaning:
      "Events a second that one ingest key may send; beyond it, intake answers 429 with Retry-After. 0 is no limit.",
    reason: "The queue already bounds what is taken; a limit keeps one app from taking the others' share of it.",
  }),
  diskReserveMebibytes: integerSetting({
    default: 256,
    unit: "MiB",
    min: 16,
    max: 1_048_576,
    meaning:
      "Free room on the disk below which intake refuses, so that outcomes can still be written and history pruned.",
    reason: "A postback whose outcome cannot be written would be sent again and again.",
  }),
  lateInstallGraceHours: integerSetting({
    default: 24,
    unit: "hours",
    min: 0,
    max: 168,
    meaning: "How long an event that was skipped for lack of its install record waits to be decided again.",
    reason: "Installs arrive after their first events when an SDK was offline; a day covers nearly all of them.",
  }),
  retentionEventsDays: integerSetting({
    default: 30,
    unit: "days",
    min: 1,
    max: 3_650,
    meaning: "How long events, postbacks and attempts are kept.",
    reason: "A month is what an invoice of a network is checked against.",
  }),
  retentionEventIdsDays: integerSetting({
    default: 7,
    unit: "days",
    min: 1,
    max: 30,
    meaning: "How long a client's `event_id` is known: given twice within it, it is one event.",
    reason:
      "Clients repeat for hours, not for weeks. What is known takes two bytes of memory for each event with an id, 2 MiB a million, up to `CAROM_EVENT_ID_MEMORY_MEBIBYTES`.",
  }),
  eventIdMemoryMebibytes: integerSetting({
    default: 512,
    unit: "MiB",
    min: 140,
    max: 65_536,
    meaning:
      "Memory for telling without the disk that an `event_id` is new. Beyond it, the oldest are asked on the disk.",
    reason:
      "About 256 million ids: three days at 1,000 a second. A new id then costs one read of a page for each 60 million older ones.",
  }),
  retentionDeadDays: integerSetting({
    default: 90,
    unit: "days",
    min: 1,
    max: 3_650,
    meaning: "How long dead postbacks are kept, with their event.",
    reason: "They can be replayed, so they outlive the rest.",
  }),
  retentionInstallsDays: integerSetting({
    default: 400,
    unit: "days",
    min: 1,
    max: 3_650,
    meaning: "How long install records are kept. Never less than the longest window.",
    reason: "The default window is 180 days; a year and a month serves yearly subscriptions.",
  }),
  retentionAuditDays: integerSetting({
    default: 400,
    unit: "days",
    min: 1,
    max: 3_650,
    meaning:
      "How long the audit log keeps what people and keys did. What changed of the configuration is kept with it, without end.",
    reason: "A year and a month: whoever looks through a year of it still finds its first day.",
  }),
  geoipFile: optionalTextSetting({
    meaning:
      "File in MaxMind's format (`.mmdb`) that tells the country of an address, for events that tell no `country_code`. Read at the start.",
    reason: "Empty: nothing is looked up. Such files are licensed to whoever uses them, so that none comes with Carom.",
  }),
  mailUrl: optionalTextSetting({
    pattern: /^smtps?:\/\/\S+$/,
    expected: "an address such as smtp://user:password@mail.example.com:587",
    meaning: "Mail server that notices, invitations and reset links go out through, with its user and password.",
    reason: "Empty: no mail is sent; notices go to webhooks, and links are handed on by whoever makes them.",
  }),
  mailFrom: textSetting({
    default: "carom@localhost",
    meaning: "Sender of the mail.",
    reason: "Mail servers want one of their own domain: set it with `CAROM_MAIL_URL`.",
  }),
  shutdownGraceSeconds: integerSetting({
    default: 15,
    unit: "seconds",
    min: 0,
    max: 600,
    meaning: "How long SIGTERM waits for attempts in flight before it cuts them; what is cut is sent again.",
    reason: "Kubernetes kills after 30 s; half of that leaves room to write the outcomes.",
  }),
} as const;

export type SettingName = keyof typeof settings;

/** `intakeQueueEvents` is `CAROM_INTAKE_QUEUE_EVENTS`. */
export const variableName = (name: string): string =>
  `CAROM_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
