import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SparseSearchLog } from "#test/support/sparse-search-log.ts";
import { hashText } from "./key-hash.ts";
import { openSearchFile } from "./search-file.ts";
import { SearchIndex } from "./search-index.ts";
import { segmentSize } from "./search-segment.ts";

/** More than are held in memory while they cannot be written, and fewer. */
for (const segments of [6, 12])
  test(`everything is found while the search file takes nothing: ${segments} segments`, (context) => {
    const folder = mkdtempSync(join(tmpdir(), "carom-search-"));
    context.after(() => rmSync(folder, { recursive: true }));
    const log = new SparseSearchLog();
    const file = openSearchFile(folder, { before: "a", now: "a" });
    file.write = () => {
      throw new Error("database or disk is full");
    };
    log.add(4 * segments, segmentSize / 4, ["everywhere"]);
    const index = new SearchIndex(file, log.source());
    while (index.follow() || index.mend());
    const found: number[] = [];
    for (const segment of index.segments(Number.MAX_SAFE_INTEGER, {}))
      found.push(...index.find(segment, [hashText("everywhere")]));
    assert.equal(found.length, log.with("everywhere").length);
    file.close();
  });
