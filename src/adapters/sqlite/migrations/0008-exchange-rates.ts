/** Units of a currency for one euro on a day (days since 1970), as text. */
export const exchangeRates = `
CREATE TABLE exchange_rate (
  currency TEXT NOT NULL, day INTEGER NOT NULL, rate TEXT NOT NULL, PRIMARY KEY (currency, day)
) STRICT, WITHOUT ROWID;
`;
