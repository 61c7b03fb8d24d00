import assert from "node:assert/strict";
import { test } from "node:test";
import { openLog } from "./log.ts";

const written = (format: "json" | "text", write: (log: ReturnType<typeof openLog>) => void): readonly string[] => {
  const lines: string[] = [];
  write(openLog({ level: "info", format, output: { write: (text) => lines.push(text) } }));
  return lines;
};

test("identifiers of people and keys are blacked out, wherever a line carries them by their name", () => {
  const lines = written("json", (log) => {
    log.info({ advertising_id: "38400000-8cf0", event: { idfa: "AEBE52E7", fields: { ip: "10.0.0.1" } } }, "one");
    log.info({ headers: { authorization: "Bearer carom_ingest_x" }, key: "carom_mgmt_y" }, "two");
  });
  const text = lines.join("");
  for (const personal of ["38400000", "AEBE52E7", "10.0.0.1", "carom_ingest_x", "carom_mgmt_y"])
    assert.ok(!text.includes(personal), personal);
  assert.equal(text.split("[redacted]").length - 1, 5);
});

test("a person reads a line with its time, level, message and members; a failure keeps its stack", () => {
  const [plain = "", failed = ""] = written("text", (log) => {
    log.info({ url: "http://127.0.0.1:8080", count: 2 }, "listening");
    log.warn({ err: new Error("the disk is gone") }, "a step failed");
    log.debug({}, "not shown");
  });
  assert.match(plain, /^\d\d:\d\d:\d\d\.\d{3} info {2}listening url=http:\/\/127\.0\.0\.1:8080 count=2\n$/);
  assert.match(failed, /^\S+ warn {2}a step failed\nError: the disk is gone\n {4}at /);
});

test("json lines carry the level by its name and the time as RFC 3339", () => {
  const [line = ""] = written("json", (log) => log.info({ url: "x" }, "listening"));
  assert.match(line, /^\{"level":"info","time":"\d{4}-\d\d-\d\dT[\d:.]+Z","url":"x","msg":"listening"\}\n$/);
});
