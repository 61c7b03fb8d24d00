/** Characters of a URL as stored, macros unfilled. */
export const storedUrlLengthMax = 2_048;
/** Bytes of a URL as sent. */
export const renderedUrlBytesMax = 8 * 1_024;
/** Bytes of a body, stored or as sent. */
export const bodyBytesMax = 256 * 1_024;
/** Bytes of one header value, stored or as sent. */
export const headerBytesMax = 8 * 1_024;
export const headersMax = 32;
/** Objects and arrays within each other in a JSON body. */
export const bodyDepthMax = 64;
