import assert from "node:assert/strict";

export type StreamMessage = { readonly name: string; readonly data: Readonly<Record<string, unknown>> };

/** Somebody who watches a stream over HTTP, message by message. */
export type AStreamWatcher = {
  /** What came since it was last asked, up to the first message of this name. */
  readonly until: (name: string) => Promise<readonly StreamMessage[]>;
  /** Whether the connection ends without another word. */
  readonly isOver: () => Promise<boolean>;
};

export const watchStream = async (url: string, headers: Readonly<Record<string, string>>): Promise<AStreamWatcher> => {
  const answer = await fetch(`${url}/v1/stream`, { headers });
  assert.equal(answer.status, 200);
  const reader = answer.body?.getReader() ?? assert.fail();
  const decoder = new TextDecoder();
  let text = "";
  const waiting: StreamMessage[] = [];
  return {
    until: async (wanted) => {
      for (;;) {
        const at = waiting.findIndex(({ name }) => name === wanted);
        if (at >= 0) return waiting.splice(0, at + 1);
        const { value, done } = await reader.read();
        assert.ok(!done, `the stream ended without ${wanted}: ${JSON.stringify(waiting)}`);
        const blocks = (text + decoder.decode(value, { stream: true })).split("\n\n");
        text = blocks.pop() ?? "";
        for (const block of blocks) waiting.push(...messagesOf(block));
      }
    },
    isOver: async () => waiting.length === 0 && (await reader.read()).done,
  };
};

const messagesOf = (block: string): readonly StreamMessage[] => {
  const [, name, data] = /^event: (\w+)\ndata: (.*)$/m.exec(block) ?? [];
  return name === undefined || data === undefined ? [] : [{ name, data: JSON.parse(data) }];
};
