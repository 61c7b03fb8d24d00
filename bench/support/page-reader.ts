import { request } from "undici";
import type { CaromServer } from "./carom-server.ts";

export type PageReader = {
  /** Milliseconds of each page, by its kind, after the last was read. */
  readonly end: () => Promise<{ readonly byState: readonly number[]; readonly byUser: readonly number[] }>;
};

const pauseMs = 25;

/** Reads pages one after the other, as a person who looks for something does without a rest. */
export const startPageReader = (
  carom: Pick<CaromServer, "url">,
  options: { readonly key: string; readonly users: number },
): PageReader => {
  const times = { byState: [] as number[], byUser: [] as number[] };
  let isEnding = false;
  const read = async (query: string): Promise<number> => {
    const startedAt = performance.now();
    const { statusCode, body } = await request(`${carom.url}/v1/postbacks?${query}`, {
      headers: { authorization: `Bearer ${options.key}` },
    });
    const text = await body.text();
    if (statusCode !== 200 || !text.includes("examplenetwork_int")) throw new Error(`${statusCode}: ${text}`);
    return performance.now() - startedAt;
  };
  const loop = async (): Promise<void> => {
    for (let turn = 0; !isEnding; turn += 1) {
      times.byState.push(await read("partner_id=examplenetwork_int&state=delivered"));
      times.byUser.push(await read(`user_id=user-${(turn * 7919) % options.users}`));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const looping = loop();
  looping.catch(() => {});
  return {
    end: async () => {
      isEnding = true;
      await looping;
      return times;
    },
  };
};
