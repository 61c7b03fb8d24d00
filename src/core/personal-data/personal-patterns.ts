const email = String.raw`[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63})+`;
const uuid = `[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`;
/** Hashes in hexadecimal, and ids of devices. */
const hex = String.raw`\b[0-9a-fA-F]{16,}\b`;
const longNumber = String.raw`\b\d{14,}\b`;
const ipv4 = String.raw`\b\d{1,3}(?:\.\d{1,3}){3}\b`;
const colon = "(?::|%3[Aa])";
const ipv6 = `(?:[0-9a-fA-F]{1,4}${colon}){3,7}(?:${colon}?[0-9a-fA-F]{1,4}){0,5}`;
/** Hashes in base64, tokens: long, with a letter and a digit. */
const token = String.raw`(?=[A-Za-z_/+-]*\d)(?=[\d_/+-]*[A-Za-z])[A-Za-z0-9_+-]{22,}(?:%3D|=){0,2}`;

/** What looks like an identifier of somebody, or an address, inside a text. */
export const looksPersonal = new RegExp([email, uuid, hex, longNumber, ipv4, ipv6, token].join("|"), "g");
