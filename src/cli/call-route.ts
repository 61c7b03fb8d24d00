import { type ProblemDocument, problemDocument } from "#src/contract/problem-document.ts";
import type { AnyRoute } from "#src/contract/route.ts";
import type { ServerAnswer, ServerConnection, ServerRequest } from "./server-connection.ts";

/** As much of a route of the contract as a call needs. */
export type CallableRoute<Ok> = Pick<AnyRoute, "method" | "path"> & {
  readonly ok: { readonly schema: AnswerSchema<Ok> };
};
type AnswerSchema<Ok> = {
  readonly safeParse: (
    value: unknown,
  ) => { readonly success: true; readonly data: Ok } | { readonly success: false; readonly error: unknown };
};
export type AnswerOf<Called> = Called extends CallableRoute<infer Ok> ? Ok : never;

export type RouteInput = {
  /** Values of the path's parameters. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: ServerRequest["query"];
  /** Sent as JSON; a text or bytes go as they are, with the content type of `headers`. */
  readonly body?: object | string | Uint8Array;
  readonly headers?: ServerRequest["headers"];
};

export type RouteAnswer<Ok> =
  | { readonly kind: "ok"; readonly answer: Ok; readonly text: string }
  | { readonly kind: "refused"; readonly problem: ProblemDocument; readonly retryAfterS: number | null };

/** Calls a route of the contract and reads its answer by the same schema that wrote it. */
export const callRoute = async <Ok>(
  connection: ServerConnection,
  route: CallableRoute<Ok>,
  input: RouteInput = {},
): Promise<RouteAnswer<Ok>> => {
  const answer = await callForText(connection, route, input);
  if (answer.kind === "refused") return answer;
  const reading = route.ok.schema.safeParse(parsedOrNull(answer.text));
  if (reading.success) return { kind: "ok", answer: reading.data, text: answer.text };
  throw new Error(
    `${connection.name} answered ${route.method} ${route.path} in another form than this program knows: is it another version of Carom?`,
    { cause: reading.error },
  );
};

/** Calls a route whose answer is kept as it came: a document. */
export const callForText = async (
  connection: ServerConnection,
  route: Pick<AnyRoute, "method" | "path">,
  input: RouteInput = {},
): Promise<RouteAnswer<null>> => {
  const answer = await connection.request({
    method: route.method,
    path: filledPath(route.path, input.params ?? {}),
    ...(input.query === undefined ? {} : { query: input.query }),
    ...(input.headers === undefined ? {} : { headers: input.headers }),
    ...(input.body === undefined ? {} : { body: bodyText(input.body) }),
  });
  return answer.status >= 400 ? refusal(answer, connection) : { kind: "ok", answer: null, text: answer.text };
};

const filledPath = (path: string, params: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ""));

const bodyText = (body: NonNullable<RouteInput["body"]>): string | Uint8Array =>
  typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);

const refusal = (answer: ServerAnswer, connection: ServerConnection): RouteAnswer<never> => {
  const reading = problemDocument.safeParse(parsedOrNull(answer.text));
  if (!reading.success)
    throw new Error(
      `${connection.name} answered ${answer.status}, and not as Carom does: is another program at this address?`,
    );
  const retryAfter = Number(answer.headers["retry-after"]);
  return { kind: "refused", problem: reading.data, retryAfterS: Number.isFinite(retryAfter) ? retryAfter : null };
};

const parsedOrNull = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
