import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder } from "#test/support/carom-process.ts";
import { runCommand } from "#test/support/run-command.ts";

const folder = temporaryFolder();
after(folder.remove);

/** `eurofxref.csv`, as it is in the zip of one day. */
const dayCsv = `Date, USD, JPY, BGN, CZK, DKK, GBP, HUF, PLN, RON, SEK, CHF, ISK, NOK, TRY, AUD, BRL, CAD, CNY, HKD, IDR, ILS, INR, KRW, MXN, MYR, NZD, PHP, SGD, THB, ZAR,\u0020
14 January 2026, 1.1650, 184.43, 1.9558, 24.257, 7.4718, 0.86650, 385.48, 4.2100, 5.0893, 10.7110, 0.9318, 146.60, 11.7495, 50.2976, 1.7432, 6.2560, 1.6176, 8.1240, 9.0858, 19652.25, 3.6746, 105.1695, 1716.00, 20.7725, 4.7190, 2.0273, 69.2470, 1.4998, 36.616, 19.0742,\u0020
`;
/** The first lines of `eurofxref-hist.csv`, with currencies that are no more. */
const historyCsv = `Date,USD,JPY,BGN,CYP,CZK,DKK,EEK,GBP,
2026-01-14,1.1650,184.43,N/A,N/A,24.257,7.4718,N/A,0.8665,
2026-01-13,1.1654,184.92,N/A,N/A,24.251,7.4716,N/A,0.86583,
`;
/** `eurofxref-daily.xml`. */
const dayXml = `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<gesmes:Sender>
		<gesmes:name>European Central Bank</gesmes:name>
	</gesmes:Sender>
	<Cube>
		<Cube time='2026-01-14'>
			<Cube currency='USD' rate='1.1650'/>
			<Cube currency='JPY' rate='184.43'/>
		</Cube>
	</Cube>
</gesmes:Envelope>`;
/** `eurofxref-hist-90d.xml`: on one line, in other quotes. */
const historyXml = `<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender><Cube><Cube time="2026-01-14"><Cube currency="USD" rate="1.1650"/><Cube currency="JPY" rate="184.43"/></Cube><Cube time="2026-01-13"><Cube currency="USD" rate="1.1654"/></Cube></Cube></gesmes:Envelope>`;

const kept = (count: number, tooOld = 0) => ({ status: 200, body: { kept: count, too_old: tooOld } });

const fileOf = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

/** The rates that the server hears of when the text is imported, by currency and day. */
const sentOf = async (name: string, text: string): Promise<ReadonlyMap<string, string>> => {
  const { exit, heard, told } = await runCommand(["rates", "import", fileOf(name, text)], () => kept(2));
  assert.deepEqual([exit, told], ["ok", []]);
  assert.deepEqual([heard[0]?.method, heard[0]?.path], ["POST", "/v1/rates"]);
  const { rates }: { rates: readonly { day: string; currency: string; rate: string }[] } = JSON.parse(
    heard[0]?.body ?? "",
  );
  return new Map(rates.map(({ day, currency, rate }) => [`${currency} ${day}`, rate]));
};

test("the file of one day is sent as the bank's text has it, every currency of it", async () => {
  const sent = await sentOf("eurofxref.csv", dayCsv);
  assert.equal(sent.size, 30);
  assert.equal(sent.get("USD 2026-01-14"), "1.1650");
  assert.equal(sent.get("IDR 2026-01-14"), "19652.25");
  assert.equal(sent.get("ZAR 2026-01-14"), "19.0742");
});

test("of the history every day is sent, and a currency without a rate on no day", async () => {
  const sent = await sentOf("eurofxref-hist.csv", historyCsv);
  assert.deepEqual([sent.size, sent.get("GBP 2026-01-13")], [10, "0.86583"]);
  assert.equal(
    [...sent.keys()].some((key) => /BGN|CYP|EEK/.test(key)),
    false,
  );
});

test("the XML of one day and of ninety is sent alike", async () => {
  const [day, history] = [await sentOf("daily.xml", dayXml), await sentOf("hist-90d.xml", historyXml)];
  assert.deepEqual(
    [...day],
    [
      ["USD 2026-01-14", "1.1650"],
      ["JPY 2026-01-14", "184.43"],
    ],
  );
  assert.deepEqual([...history], [...day, ["USD 2026-01-13", "1.1654"]]);
});

test("a table comes by standard input, too, and what is in force is told", async () => {
  const some = await runCommand(["rates", "import", "-"], () => kept(8, 2), historyCsv);
  assert.deepEqual(some.printed, ["8 rates in force. 2 older ones left out: no event is of such a day."]);
  const one = await runCommand(["rates", "import", "-"], () => kept(1), dayXml);
  assert.deepEqual(one.printed, ["1 rate in force."]);
  const json = await runCommand(["rates", "import", "-", "--json"], () => kept(2), dayXml);
  assert.deepEqual(json.printed, ['{"kept":2,"too_old":0}']);
});

test("what is no table is told with its place, and nothing is sent", async () => {
  const zip = await runCommand(["rates", "import", fileOf("eurofxref.zip", "PK")], () => kept(0));
  assert.deepEqual([zip.exit, zip.heard.length], ["failed", 0]);
  assert.match(zip.told[0] ?? "", /eurofxref\.zip: it is packed: unpack it/);
  const page = await runCommand(["rates", "import", "-"], () => kept(0), "Date,USD,\nyesterday,1.1,\n");
  assert.deepEqual([page.exit, page.heard.length], ["failed", 0]);
  assert.match(page.told[0] ?? "", /^carom rates import: -: line 2: the day/);
  const gone = fileOf("gone.csv", "");
  rmSync(gone);
  const missing = await runCommand(["rates", "import", gone], () => kept(0));
  assert.notEqual(missing.exit, "ok");
  assert.match(missing.told[0] ?? "", /gone\.csv/);
  for (const argv of [
    ["rates", "import"],
    ["rates", "fetch"],
  ])
    assert.deepEqual((await runCommand(argv, () => kept(0))).exit, "usage");
});

test("the newest rate of each currency is listed, and a server without any says what that means", async () => {
  const row = { currency: "USD", rate: "1.1650", day: "2026-01-14", days: 12 };
  const listed = await runCommand(["rates"], () => ({ status: 200, body: { data: [row] } }));
  assert.match(listed.printed.at(-1) ?? "", /^USD +1\.1650 +2026-01-14 +12$/);
  const empty = await runCommand(["rates"], () => ({ status: 200, body: { data: [] } }));
  assert.match(empty.told[0] ?? "", /No rates yet.*goes out without a value/);
});

test("a refusal of the server is told in its words", async () => {
  const problem = {
    type: "urn:carom:error:auth.role",
    title: "The role is not enough",
    status: 403,
    code: "auth.role",
    detail: "this is for an operator; yours is viewer of main",
    request_id: "r1",
  };
  const { exit, told } = await runCommand(["rates", "import", "-"], () => ({ status: 403, body: problem }), dayXml);
  assert.equal(exit, "refused");
  assert.match(told.join("\n"), /this is for an operator/);
});
