import { type Flat, FlatReader } from "./flat.ts";

/** Pushes the answer to a call; answers what went wrong, or null. */
export type AnswerOne = (operation: number, call: () => FlatReader, answer: Flat) => string | null;

/** Answers all calls of one message, each by itself: one that fails takes no other with it. See `store-messages.ts` for the frame. */
export const answerCalls = (message: unknown, answerOne: AnswerOne): Flat => {
  const reader = new FlatReader(message);
  reader.skip(reader.number());
  const answers: Flat = [];
  while (!reader.isAtEnd) {
    const number = reader.number();
    const operation = reader.number();
    const length = reader.number();
    const end = reader.position + length;
    const place = answers.push(number, 0, 0);
    const failure = answerOne(operation, () => new FlatReader(message, reader.position, end), answers);
    answers[place - 2] = failure === null ? 0 : 1;
    if (failure !== null) answers.push(failure);
    answers[place - 1] = answers.length - place;
    reader.skip(length);
  }
  return answers;
};
