/** What an examination says of one subject. `note`: worth knowing, nothing to mend. */
export type Finding = { readonly state: "good" | "note" | "bad"; readonly subject: string; readonly said: string };
