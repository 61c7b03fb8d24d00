/**
 * The key that signs as Standard Webhooks says (https://www.standardwebhooks.com), as base64; null for a secret that is none.
 * `whsec_` before it is usual, and not asked for.
 */
export const webhookKeyOf = (secret: string): string | null => {
  const text = secret.replace(/^whsec_/, "");
  return base64.test(text) ? text : null;
};

const base64 =
  /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$|^(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/;
