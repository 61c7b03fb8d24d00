import { Agent, type IncomingMessage, request as requestHttp } from "node:http";
import type { CommandClock } from "#src/cli/command.ts";
import { waitFor } from "#src/cli/waiting.ts";
import type { BenchReceiver } from "./bench-receiver.ts";
import { type BenchServer, benchApp, benchEvent } from "./bench-server.ts";
import { numbersMax } from "./heard-numbers.ts";

export type BenchWorld = {
  readonly server: BenchServer;
  readonly receiver: BenchReceiver;
  readonly clock: CommandClock;
  readonly interrupted: AbortSignal;
};

/** Accepted and delivered, counted from the first request to the last answer and to the last postback. */
export type FullSpeed = {
  readonly events: number;
  readonly acceptedPerSecond: number;
  readonly deliveredPerSecond: number;
};
export type Latency = { readonly events: number; readonly p50Ms: number; readonly p99Ms: number };

const batch = 100;
const connections = 8;
/** Events that are accepted and not heard; the load waits for the rest, for a backlog is not what is measured. */
const owedMax = 20_000;
const hearingMsMax = 60_000;
const lookEveryMs = 5;

/** Numbers its events one after the other over all runs, so that each postback is told apart. */
export class BenchLoad {
  readonly #world: BenchWorld;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #next = 0;
  #accepted = 0;

  constructor(world: BenchWorld) {
    this.#world = world;
  }

  get accepted(): number {
    return this.#accepted;
  }

  /** Batches of 100 over 8 connections for so long, then until every postback is heard. */
  async fullSpeed(durationMs: number): Promise<FullSpeed> {
    const { clock, interrupted } = this.#world;
    const [startedAt, before] = [clock.monotonic(), this.#accepted];
    const lane = async (): Promise<void> => {
      while (clock.monotonic() - startedAt < durationMs && !interrupted.aborted && this.#next + batch <= numbersMax)
        if (this.#owed() > owedMax) await waitFor(clock, lookEveryMs, interrupted);
        else await this.#post(batch);
    };
    await Promise.all(Array.from({ length: connections }, lane));
    const acceptedMs = clock.monotonic() - startedAt;
    await this.#allHeard();
    const events = this.#accepted - before;
    const perSecond = (ms: number): number => (events / ms) * 1000;
    return {
      events,
      acceptedPerSecond: perSecond(acceptedMs),
      deliveredPerSecond: perSecond(clock.monotonic() - startedAt),
    };
  }

  /** Single events, each at its time whatever became of the one before; late ones count from when they were due. */
  async latencyAt(eventsPerSecond: number, durationMs: number): Promise<Latency> {
    const { clock, interrupted, receiver } = this.#world;
    const [from, startedAt] = [this.#next, clock.now()];
    const dueAt = (number: number): number => startedAt + ((number - from) / eventsPerSecond) * 1000;
    const posts: Promise<void>[] = [];
    while (dueAt(this.#next) < startedAt + durationMs && !interrupted.aborted)
      if (clock.now() < dueAt(this.#next)) await waitFor(clock, 1, interrupted);
      else posts.push(this.#post(1));
    await Promise.all(posts);
    await this.#allHeard();
    const times = Array.from({ length: this.#next - from }, (_, index) => {
      const heardAt = receiver.heardAt(from + index);
      return heardAt === null ? Number.POSITIVE_INFINITY : heardAt - dueAt(from + index);
    }).toSorted((a, b) => a - b);
    const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
    return { events: times.length, p50Ms: at(0.5), p99Ms: at(0.99) };
  }

  close(): void {
    this.#agent.destroy();
  }

  #owed(): number {
    return this.#accepted - this.#world.receiver.distinct();
  }

  /** Gives up after a minute: what is missing then is told. */
  async #allHeard(): Promise<void> {
    const { clock, interrupted } = this.#world;
    const startedAt = clock.monotonic();
    while (this.#owed() > 0 && clock.monotonic() - startedAt < hearingMsMax && !interrupted.aborted)
      await waitFor(clock, lookEveryMs, interrupted);
  }

  async #post(count: number): Promise<void> {
    const { clock, interrupted } = this.#world;
    const body = eventsText(this.#next, count);
    this.#next += count;
    while (!interrupted.aborted) {
      const { status, text } = await this.#exchange(body);
      if (status === 202) {
        this.#accepted += count;
        return;
      }
      // It asks for less, and takes them later.
      if (status !== 503) throw new Error(`the server answered ${status}: ${text}`);
      await waitFor(clock, 20, interrupted);
    }
  }

  #exchange(body: string): Promise<{ readonly status: number; readonly text: string }> {
    const { url, key } = this.#world.server;
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      };
      const request = requestHttp(`${url}/v1/events`, { agent: this.#agent, method: "POST", headers }, (response) => {
        readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
      });
      request.on("error", reject);
      request.end(body);
    });
  }
}

const readText = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const eventsText = (from: number, count: number): string =>
  `[${Array.from({ length: count }, (_, index) => eventText(from + index)).join(",")}]`;

const eventText = (number: number): string =>
  `{"app_id":"${benchApp}","event_name":"${benchEvent}","event_value":{"level":${number % 50}},"clickid":"${number}","media_source":"bench_int","campaign":"spring_sale","advertising_id":"38400000-8cf0-11bd-b23e-10b96e40000d","platform":"android","os_version":"14","country_code":"US","language":"en","app_version":"1.2.3"}`;
