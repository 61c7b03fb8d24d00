import type { CallerName, SeveralAccounts } from "./several-accounts.ts";

/**
 * What callers beside the owner get who have passed the gate of their role: `ok`; `clean`, which is `ok`
 * without a trace of acme's; a status; or `unknown`, refused as something that there is not, or `refused` in any
 * words.
 * acme's own people and the operator get `ok`.
 */
export type Verdict = "ok" | "clean" | "403" | "404" | "unknown" | "refused";
export type Expected = {
  /** The agency that may do everything on acme's app. */
  readonly bright: Verdict;
  /** The agency that is granted nothing. */
  readonly dim: Verdict;
  /** The account of the partner that acme's app is connected with. */
  readonly net: Verdict;
  /** Another advertiser, and the keys of its app; an editor of the main account, who is no operator. */
  readonly rival: Verdict;
  /** Where it is not `ok`. */
  readonly operator?: Verdict;
};

export type Row = {
  readonly operation: string;
  /** Of several rows for one route. */
  readonly about?: string;
  readonly expected: Expected;
  /** Where a vendor's client puts the key; such a call refuses in the vendor's own words and statuses. */
  readonly keyAs?: (secret: string) => { readonly query?: string; readonly headers?: Readonly<Record<string, string>> };
  /** Whose keys a vendor's call takes; `expected` is of the others. */
  readonly admits?: readonly CallerName[];
  readonly ask: (world: SeveralAccounts) => Question | Promise<Question>;
};
export type Question = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly payload?: object;
  readonly method?: "HEAD";
};

export const of = (...[bright, dim, net, rival]: readonly [Verdict, Verdict, Verdict, Verdict]): Expected => ({
  bright,
  dim,
  net,
  rival,
});
export const everybody = of("ok", "ok", "ok", "ok");
export const ownList = of("clean", "clean", "clean", "clean");
export const hidden = of("404", "404", "404", "404");
export const unknown = of("unknown", "unknown", "unknown", "unknown");
/** Least role operator: nobody else comes so far. */
export const operatorOnly = of("403", "403", "403", "403");
