import assert from "node:assert/strict";
import type { CaromProcess } from "./carom-process.ts";

type Page = {
  readonly data: readonly { readonly url: string; readonly state: string }[];
  readonly next_cursor: string | null;
};

/** The state of every postback that a server holds, by the number in its URL (`n=`). */
export const postbackStates = async (carom: CaromProcess): Promise<ReadonlyMap<number, string>> => {
  const states = new Map<number, string>();
  for (let cursor: string | null = ""; cursor !== null; ) {
    const path = `/v1/postbacks?limit=500${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { status, text } = await carom.local({ method: "GET", path });
    assert.equal(status, 200, text);
    const page: Page = JSON.parse(text);
    for (const { url, state } of page.data) states.set(Number(new URL(url).searchParams.get("n")), state);
    cursor = page.next_cursor;
  }
  return states;
};
