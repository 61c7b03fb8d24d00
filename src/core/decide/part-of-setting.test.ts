import assert from "node:assert/strict";
import { test } from "node:test";
import { partKeyOf } from "#src/core/catalog/catalog-part.ts";
import { partOfSetting } from "./part-of-setting.ts";

test("the part that a setting stands in is found by the path that explanations tell", () => {
  const keyOf = (path: string): string | null => {
    const part = partOfSetting(path);
    return part === null ? null : partKeyOf(part);
  };
  assert.deepEqual(
    [
      "active",
      "partners[north].active",
      "apps[com.example.game].requires_consent",
      "apps[com.example.game].integrations[north].mappings[m1].active",
      "apps[com.example.game].integrations[north:bright].in_app_postbacks",
      "apps[com.example.game].rules[crashes].template",
      "apps[com.example.game].grants[bright].event_names",
      "sharing_filter of the event",
    ].map(keyOf),
    [
      "everything",
      "partner/north",
      "app/com.example.game",
      "integration/com.example.game/north",
      "integration/com.example.game/north/bright",
      "rule/com.example.game/crashes",
      "grant/com.example.game/bright",
      null,
    ],
  );
});
