/** Everything in the engine that could grow has a bound here. Milliseconds, bytes, counts; shares are fractions. */
export type EngineLimits = {
  readonly intake: IntakeLimits;
  readonly delivery: DeliveryLimits;
  readonly breaker: BreakerLimits;
  readonly upkeep: UpkeepLimits;
};

export type IntakeLimits = {
  /** Events taken and not yet durable; beyond it, intake refuses. */
  readonly queuedEventsMax: number;
  readonly queuedBytesMax: number;
  /** A batch closes before the request that would take it over this; a request is never split. */
  readonly batchEventsMax: number;
  /** With this many batches in flight a further one starts only when it is worth a commit of its own (`batchEventsEager`). */
  readonly batchesEager: number;
  readonly batchEventsEager: number;
  readonly batchesInFlightMax: number;
  /** How long an event waits for an install that comes after it. */
  readonly lateInstallGraceMs: number;
  /** How long a failure of the store is told of, unless a batch is recorded before. */
  readonly storeFailedMs: number;
  readonly retryAfterS: number;
};

export type DeliveryLimits = {
  /**
   * Leased postbacks in memory, of all receivers together. None may have more than is still free, so
   * that no number of hung ones can take everything.
   */
  readonly inHandMax: number;
  /** And of one receiver; of one with a rate, no more than it sends in this time. */
  readonly creditsPerReceiver: number;
  readonly creditsAtRateMs: number;
  /** Attempts under way at once, of all receivers together, shared as above; a receiver's own maximum is in the catalog. */
  readonly inFlightMax: number;
  /** Orders that one receiver hands over before the next has its turn. */
  readonly turnOrdersMax: number;
  /** Of the hand-overs of a receiver where both lanes wait, those of the retry lane. */
  readonly retryShare: number;
  /** Of a receiver's attempts under way, those kept free of retries. */
  readonly firstShare: number;
  /** Postbacks claimed in one call, and calls at once. */
  readonly claimCountMax: number;
  readonly claimsInFlightMax: number;
  /** Receivers asked for in one look at what is due. */
  readonly receiversDueMax: number;
  /** The poll behind the wake-ups. */
  readonly pollIntervalMs: number;
  /** How long a postback is leased; longer than any timeout plus `leaseMarginMs`. */
  readonly leaseDurationMs: number;
  readonly leaseMarginMs: number;
  readonly settleCountMax: number;
  /** Outcomes that are known and not durable yet; with so many nothing more is handed over, as a crash would send them again. */
  readonly unsettledMax: number;
  /** Waited before a failed call to the store is made again: doubled each time. */
  readonly storeBackoffMs: number;
  readonly storeBackoffMsMax: number;
  /** Waited after a fault of our own: doubled for each in a row at one receiver. */
  readonly ownFaultBackoffMs: number;
  readonly ownFaultBackoffMsMax: number;
  /** After a probe that was not heard, its postback waits this long, so that the next probe is another. */
  readonly probeAgainMs: number;
  /** Crashes of a sender that a postback is in the hands of before it is dead. */
  readonly strikesMax: number;
};

export type BreakerLimits = {
  readonly windowMs: number;
  /** Attempts in the window before a rate is a rate. */
  readonly attemptsMin: number;
  readonly failureShare: number;
  /** 401, 403, 404 or 410 in a row. */
  readonly refusalsInRow: number;
  readonly openMs: number;
  readonly openMsMax: number;
  /** Attempts at once after the first good probe; each success allows one more, up to `rampFull`, where it closes. */
  readonly rampStart: number;
  readonly rampFull: number;
};

export type UpkeepLimits = {
  readonly leaseTickMs: number;
  readonly sweepTickMs: number;
  readonly sweepSlice: number;
  /** How long the audit trail keeps an act. */
  readonly actsKeptMs: number;
  readonly diskTickMs: number;
  /** Free bytes below which intake refuses, so that settling and pruning can go on. */
  readonly diskReserveBytes: number;
  /** Between two looks at what people must be told of. */
  readonly noticeTickMs: number;
  readonly replayTickMs: number;
  readonly replaySlice: number;
};

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const mebibyte = 1024 * 1024;

export const defaultEngineLimits: EngineLimits = {
  intake: {
    queuedEventsMax: 20_000,
    queuedBytesMax: 64 * mebibyte,
    batchEventsMax: 500,
    batchesEager: 2,
    batchEventsEager: 100,
    batchesInFlightMax: 8,
    lateInstallGraceMs: 24 * hour,
    storeFailedMs: 5 * second,
    retryAfterS: 1,
  },
  delivery: {
    inHandMax: 32_768,
    creditsPerReceiver: 16_384,
    creditsAtRateMs: 30 * second,
    inFlightMax: 2_048,
    turnOrdersMax: 16,
    retryShare: 0.2,
    firstShare: 0.5,
    claimCountMax: 256,
    claimsInFlightMax: 8,
    receiversDueMax: 1_000,
    pollIntervalMs: 5 * second,
    leaseDurationMs: 5 * minute,
    leaseMarginMs: 5 * second,
    settleCountMax: 1_000,
    unsettledMax: 2_048,
    storeBackoffMs: 100,
    storeBackoffMsMax: 5 * second,
    ownFaultBackoffMs: 2 * second,
    ownFaultBackoffMsMax: 5 * minute,
    probeAgainMs: minute,
    strikesMax: 3,
  },
  breaker: {
    windowMs: minute,
    attemptsMin: 20,
    failureShare: 0.5,
    refusalsInRow: 5,
    openMs: 10 * second,
    openMsMax: 5 * minute,
    rampStart: 2,
    rampFull: 32,
  },
  upkeep: {
    leaseTickMs: 30 * second,
    sweepTickMs: 10 * second,
    sweepSlice: 250,
    actsKeptMs: 400 * 24 * 60 * 60 * second,
    diskTickMs: 5 * second,
    diskReserveBytes: 256 * mebibyte,
    noticeTickMs: 30 * second,
    replayTickMs: second,
    replaySlice: 200,
  },
};
