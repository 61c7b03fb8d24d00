import type { Event } from "#src/core/events/event.ts";
import { parseEvent } from "#src/core/events/parse-event.ts";
import type { AppId, EventId } from "#src/core/ids.ts";
import { sentMarkProblem } from "#src/core/personal-data/erasure.ts";
import type { Problem } from "#src/core/problem.ts";

/** What became of a request's events: those to append, and where each stood; the rejected with their problems. */
export type Intake = {
  readonly events: readonly Event[];
  /** Number of events in the request, good and bad. */
  readonly count: number;
  readonly rejected: readonly RejectedEvent[];
};

export type RejectedEvent = {
  /** Place among the events of the request, counted from 0; blank lines are no events. */
  readonly index: number;
  readonly problems: readonly [Problem, ...Problem[]];
};

export type IntakeContext = {
  /** The app of an ingest key: events that name none are its, those that name another are refused. Null for a management key. */
  readonly keyApp: AppId | null;
  readonly isKnownApp: (id: AppId) => boolean;
  readonly receivedAt: number;
  readonly senderIp: string | null;
  readonly mintId: (nowMs: number) => EventId;
};

export const parseEvents = (texts: readonly (string | null)[], context: IntakeContext): Intake => {
  const events: Event[] = [];
  const rejected: RejectedEvent[] = [];
  for (let index = 0; index < texts.length; index += 1) {
    const source = texts[index] ?? null;
    if (source === null) {
      rejected.push({ index, problems: [notUtf8] });
      continue;
    }
    const parsed = parseEvent({
      source,
      id: context.mintId(context.receivedAt),
      receivedAt: context.receivedAt,
      senderIp: context.senderIp,
      defaultAppId: context.keyApp,
    });
    if (parsed.kind === "refused") {
      rejected.push({ index, problems: atLeastOne(parsed.problems) });
      continue;
    }
    const problem = sentMarkProblem(parsed.event) ?? appProblem(parsed.event.appId, context);
    if (problem === null) events.push(parsed.event);
    else rejected.push({ index, problems: [problem] });
  }
  return { events, count: texts.length, rejected };
};

/** The same with events that were rejected before they could be read; the places of the others move up. */
export const withRejected = (intake: Intake, before: readonly RejectedEvent[]): Intake => {
  if (before.length === 0) return intake;
  const taken = new Set(before.map(({ index }) => index));
  const count = intake.count + before.length;
  const places = Array.from({ length: count }, (_place, index) => index).filter((index) => !taken.has(index));
  const later = intake.rejected.map(({ index, problems }) => ({ index: places[index] ?? index, problems }));
  return {
    events: intake.events,
    count,
    rejected: [...before, ...later].toSorted((left, right) => left.index - right.index),
  };
};

const appProblem = (app: AppId, { keyApp, isKnownApp }: IntakeContext): Problem | null => {
  if (keyApp !== null && app !== keyApp) {
    const mend = isKnownApp(app)
      ? `use an ingest key of ${app}`
      : `${app} is not in the catalog; leave app_id out, or spell it as there`;
    return problem("event.app_forbidden", `app_id: the key speaks for ${keyApp} only; ${mend}`);
  }
  if (!isKnownApp(app)) return problem("event.app_unknown", `app_id: ${app} is not in the catalog; add the app first`);
  return null;
};

const problem = (code: string, message: string): Problem => ({ path: ["app_id"], code, message });

const notUtf8: Problem = {
  path: [],
  code: "event.not_utf8",
  message: "the line holds bytes that are not UTF-8; encode it as UTF-8",
};
const unexplained: Problem = { path: [], code: "event.invalid", message: "the event cannot be read" };

const atLeastOne = (problems: readonly Problem[]): readonly [Problem, ...Problem[]] => {
  const [first = unexplained, ...rest] = problems;
  return [first, ...rest];
};
