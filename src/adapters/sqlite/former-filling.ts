import type { DatabaseSync } from "node:sqlite";
import { counterGrains } from "#src/ports/counters.ts";
import { integerAt, prepare, textAt } from "./columns.ts";
import { type CounterRow, grainNumber, keyInApp, rowIn } from "./counter-row.ts";
import { CounterSums } from "./counter-sums.ts";

/** Behind every app of a place as it was. */
const afterAll = "\u{10ffff}";

/**
 * Ends, at once, a filling of the table of counters that was under way when the folder was brought to schema 18: its
 * place was an app, and of that app a row. Writes nothing where none was.
 */
export const endFormerFilling = (database: DatabaseSync, textOf: (name: number) => string): void => {
  const place = prepare(database, "SELECT up_to, app, row FROM former_counted_place WHERE id = 1").get();
  if (place === undefined) return;
  const upTo = integerAt(place, 0);
  const app = textAt(place, 1);
  const key = textAt(place, 2);
  const isFilled = (row: CounterRow): boolean => row.app < app || (row.app === app && keyInApp(row) <= key);
  const sums = new CounterSums();
  for (const row of prepare(database, "SELECT body FROM counted WHERE position <= ?").iterate(upTo))
    sums.addPacked(textAt(row, 0));
  const add = prepare(
    database,
    `INSERT INTO counter (grain, at, app, owner, name, measure, count) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  );
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const addition of app === afterAll ? [] : sums.additions(textOf)) {
      for (const grain of counterGrains) {
        const row = rowIn(grain, addition);
        if (row === null || isFilled(row)) continue;
        add.run(grainNumber(grain), row.at, row.app, row.owner, row.name, row.measure, row.count);
      }
    }
    prepare(database, "DELETE FROM counted WHERE position <= ?").run(upTo);
    database.exec("DELETE FROM former_counted_place");
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
};
