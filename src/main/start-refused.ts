/** Something of the operator's stands in the way of the start; the message is for people, and says what to do. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";
}
