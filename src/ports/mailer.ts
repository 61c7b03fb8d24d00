/** Sends mail: one try, told of. Whether it is read is not known to anybody. */
export type Mailer = {
  readonly send: (mail: {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
  }) => Promise<{ readonly kind: "sent" } | { readonly kind: "refused"; readonly reason: string }>;
};
