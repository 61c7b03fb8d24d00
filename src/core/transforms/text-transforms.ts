import type { Step, Transform } from "./transform.ts";

const plain = (apply: (value: string) => string): Transform["compile"] => {
  const step: Step = { kind: "change", form: "text", apply };
  return (args) => (args.length === 0 ? step : "takes no argument");
};

const truncatedLengthMax = 65_536;

export const textTransforms: readonly Transform[] = [
  {
    name: "upper",
    usage: "upper",
    meaning: "Upper case.",
    example: { value: "aebe52e7", written: "upper", becomes: "AEBE52E7" },
    compile: plain((value) => value.toUpperCase()),
  },
  {
    name: "lower",
    usage: "lower",
    meaning: "Lower case.",
    example: { value: "AEBE52E7", written: "lower", becomes: "aebe52e7" },
    compile: plain((value) => value.toLowerCase()),
  },
  {
    name: "trim",
    usage: "trim",
    meaning: "Without blanks at both ends.",
    example: { value: " a b ", written: "trim", becomes: "a b" },
    compile: plain((value) => value.trim()),
  },
  {
    name: "truncate",
    usage: "truncate:length",
    meaning: "The first characters, as many as the length says.",
    example: { value: "summer_sale", written: "truncate:6", becomes: "summer" },
    compile: ([length = "", ...more], form) => {
      const count = Number(length);
      if (more.length > 0 || !/^[0-9]{1,5}$/.test(length) || count < 1 || count > truncatedLengthMax) {
        return `takes a length from 1 to ${truncatedLengthMax}, such as truncate:100`;
      }
      // A number or a JSON value cut short is neither any more.
      return {
        kind: "change",
        form: form === "number" ? "any" : "text",
        apply: (value) => firstCharacters(value, count),
      };
    },
  },
  {
    name: "map",
    usage: "map:from=to:…",
    meaning:
      "The text that belongs to the value; `*=text` is for all others, without it they stay. Example: map:true=1:false=0.",
    example: { value: "true", written: "map:true=1:false=0", becomes: "1" },
    compile: (args) => {
      const texts = new Map<string, string>();
      for (const arg of args) {
        const equals = arg.indexOf("=");
        if (equals < 0) return `${JSON.stringify(arg)} is no from=to; write map:true=1:false=0`;
        const from = arg.slice(0, equals);
        if (texts.has(from)) return `${JSON.stringify(from)} stands twice`;
        texts.set(from, arg.slice(equals + 1));
      }
      if (texts.size === 0) return "takes from=to, such as map:true=1:false=0";
      const others = texts.get("*") ?? null;
      return { kind: "change", form: "any", apply: (value) => texts.get(value) ?? others ?? value };
    },
  },
  {
    name: "default",
    usage: "default:text",
    meaning: "The text where there is no value, or an empty one; the missing-value policy then has nothing to do.",
    example: { value: "", written: "default:0", becomes: "0" },
    compile: (args) => {
      const [text] = args;
      return args.length === 1 && text !== undefined ? { kind: "default", text } : "takes one text, such as default:0";
    },
  },
  {
    name: "raw",
    usage: "raw",
    meaning:
      "For a value that is percent-encoded already: what a URL may hold stays, all that could end its place is encoded. In a URL, form, header or plain body, as the last transform.",
    example: { value: "a%2Fb", written: "raw", becomes: "a%2Fb" },
    compile: (args) => (args.length === 0 ? { kind: "raw" } : "takes no argument"),
  },
];

/** Characters, not UTF-16 units: none is cut in two. */
const firstCharacters = (text: string, count: number): string => {
  if (text.length <= count) return text;
  let at = 0;
  for (let characters = 0; characters < count && at < text.length; characters++) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return text.slice(0, at);
};
