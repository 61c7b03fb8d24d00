import assert from "node:assert/strict";
import test from "node:test";
import { readEcbRates } from "./ecb-rates.ts";

const ratesIn = (text: string) => {
  const reading = readEcbRates(text);
  return reading.kind === "read"
    ? reading.rates.map(({ day, currency, rate }) => `${day} ${currency} ${rate}`)
    : reading.message;
};

test("the history is read as the ECB writes it, with its last comma and its missing rates", () => {
  const history = "Date,USD,JPY,BGN,CYP,\n2026-01-14,1.1650,184.43,1.9558,N/A,\n2026-01-13,1.1654,N/A,1.9558,N/A,\n";
  assert.deepEqual(ratesIn(history), [
    "2026-01-14 USD 1.1650",
    "2026-01-14 JPY 184.43",
    "2026-01-14 BGN 1.9558",
    "2026-01-13 USD 1.1654",
    "2026-01-13 BGN 1.9558",
  ]);
});

test("the file of one day writes its day in words", () => {
  assert.deepEqual(ratesIn("\ufeffDate, USD, JPY, \r\n14 January 2026, 1.1650, 184.43, \r\n"), [
    "2026-01-14 USD 1.1650",
    "2026-01-14 JPY 184.43",
  ]);
});

test("the XML of one day and of many is read", () => {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<Cube>
		<Cube time='2026-01-14'>
			<Cube currency='USD' rate='1.1650'/>
			<Cube currency='JPY' rate='184.43'/>
		</Cube>
		<Cube time="2026-01-13"><Cube currency="USD" rate="1.1654"/></Cube>
	</Cube>
</gesmes:Envelope>`;
  assert.deepEqual(ratesIn(xml), ["2026-01-14 USD 1.1650", "2026-01-14 JPY 184.43", "2026-01-13 USD 1.1654"]);
});

test("what is no table of rates is refused, with its place", () => {
  assert.match(String(ratesIn("PK\u0003\u0004")), /unpack the zip/);
  assert.match(String(ratesIn("day,USD\n")), /^line 1: /);
  assert.match(String(ratesIn("Date,USD,\nyesterday,1.1,\n")), /^line 2: the day/);
  assert.match(String(ratesIn("Date,USD,\n2026-01-14,many,\n")), /^line 2: column 2 \(USD\) holds `many`/);
  assert.match(String(ratesIn("Date,dollar,\n2026-01-14,1.1,\n")), /^line 2: column 2 is headed `dollar`/);
  assert.match(String(ratesIn("Date,USD,\n")), /no rate/);
  assert.match(String(ratesIn("<html></html>")), /no rate/);
  assert.match(String(ratesIn("<Cube currency='USD' rate='1.1'/>")), /no Cube with a time/);
  assert.match(String(ratesIn("<Cube time='2026-01-14'><Cube currency='USD' rate='many'/></Cube>")), /holds no rate/);
});
