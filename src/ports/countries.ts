/** Which country an address is of, by a file that the operator supplied. */
export type Countries = {
  /** ISO 3166 alpha-2 code, or null where the address is none, or none that is known. Answers at once, and never throws. */
  readonly countryOf: (address: string) => string | null;
  /** What the file is and of when, for people. */
  readonly about: string;
};
