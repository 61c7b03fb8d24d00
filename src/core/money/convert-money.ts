import { roundDecimal } from "#src/core/money/round-decimal.ts";
import type { Rates } from "./exchange-rates.ts";

/** Revenue of an ad impression is a fraction of a cent: cents would make nothing of it. */
const decimalsMax = 6;
const decimalsMin = 2;
/** Longer numbers are no amounts of money. */
const amountLengthMax = 40;

/** An amount of one currency at the rates of one day. */
export type Money = { readonly amount: string; readonly currency: string; readonly day: number };

/**
 * The amount in another currency, over the euro. Worked out on digits, never on binary fractions; rounded once, to six
 * decimals, halves away from zero; zeros at the end are left out down to two decimals. In its own currency it
 * stays as it was written. Null for what is no decimal, and where a rate is missing: no value is better than a wrong one.
 */
export function convertMoney({ amount, currency, day }: Money, to: string, rates: Rates): string | null {
  const [from, into] = [currency.trim().toUpperCase(), to.toUpperCase()];
  const value = decimalOf(amount.trim());
  if (value === null) return null;
  if (from === into) return amount;
  const [rateFrom, rateInto] = [rateOf(from, day, rates), rateOf(into, day, rates)];
  if (rateFrom === null || rateInto === null) return null;
  const above = value.digits * rateInto.digits * 10n ** BigInt(rateFrom.scale + decimalsMax);
  const below = rateFrom.digits * 10n ** BigInt(value.scale + rateInto.scale);
  return written(dividedHalfUp(above, below));
}

type Decimal = { readonly digits: bigint; readonly scale: number };
const decimalPattern = /^([+-]?)(\d+)(?:\.(\d*))?$/;

function decimalOf(text: string): Decimal | null {
  if (text.length > amountLengthMax) return null;
  // Powers of ten and a point without digits before it are written out first.
  const plain = decimalPattern.test(text) ? text : roundDecimal(text.replace(/^([+-]?)\./, "$10."), 12);
  const match = plain === null ? null : decimalPattern.exec(plain);
  if (match === null) return null;
  const [, sign, whole = "", fraction = ""] = match;
  const digits = BigInt(whole + fraction);
  return { digits: sign === "-" ? -digits : digits, scale: fraction.length };
}

function rateOf(currency: string, day: number, rates: Rates): Decimal | null {
  const text = rates.perEuro(currency, day);
  const rate = text === null ? null : decimalOf(text);
  return rate !== null && rate.digits > 0n ? rate : null;
}

/** `below` is above zero. */
function dividedHalfUp(above: bigint, below: bigint): bigint {
  const magnitude = above < 0n ? -above : above;
  const quotient = (2n * magnitude + below) / (2n * below);
  return above < 0n ? -quotient : quotient;
}

function written(millionths: bigint): string {
  const sign = millionths < 0n ? "-" : "";
  const digits = String(millionths < 0n ? -millionths : millionths).padStart(decimalsMax + 1, "0");
  const fraction = digits.slice(-decimalsMax).replace(/0+$/, "").padEnd(decimalsMin, "0");
  return `${sign}${digits.slice(0, -decimalsMax)}.${fraction}`;
}
