const decimal = /^([+-]?)([0-9]+)(?:\.([0-9]*))?$/;
const scientific = /^[+-]?[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]{1,3}$/;
/** From here on `toFixed` writes exponents. */
const fixedMax = 1e21;

/**
 * Rounded to so many decimals, halves away from zero. Worked out on the digits as written, since
 * 1.005 as a binary fraction is less than its half, and big integers have more digits than one
 * holds. Null for what is no number.
 */
export const roundDecimal = (text: string, decimals: number): string | null => {
  const match = decimal.exec(text);
  if (match === null) return roundScientific(text, decimals);
  const [, sign = "", whole = "", fraction = ""] = match;
  const kept = whole + fraction.slice(0, decimals).padEnd(decimals, "0");
  const digits = (fraction.charCodeAt(decimals) >= five ? plusOne(kept) : kept).replace(leadingZeros, "");
  const padded = digits.padStart(decimals + 1, "0");
  const written = decimals === 0 ? padded : `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
  return sign === "-" && digits !== "" ? `-${written}` : written;
};

const five = 0x35;
const leadingZeros = /^0+/;

const plusOne = (digits: string): string => {
  let at = digits.length - 1;
  while (at >= 0 && digits.charCodeAt(at) === 0x39) at--;
  const zeros = "0".repeat(digits.length - 1 - at);
  return at < 0 ? `1${zeros}` : `${digits.slice(0, at)}${Number(digits.charAt(at)) + 1}${zeros}`;
};

const roundScientific = (text: string, decimals: number): string | null => {
  const number = scientific.test(text) ? Number(text) : Number.NaN;
  return Math.abs(number) < fixedMax ? roundDecimal(number.toFixed(20), decimals) : null;
};
