/** Keeps passwords as hashes that cost time and memory to make. */
export type Passwords = {
  /** As a PHC string; null while as many are being made as may. */
  readonly hash: (password: string) => Promise<string | null>;
  /** Takes as long where nothing is stored: whether somebody has a password is not to be told by the time. */
  readonly check: (password: string, stored: string | null) => Promise<PasswordCheck>;
};

/** `outdated`: right, and stored with other parameters than one would store it with today. */
export type PasswordCheck = "right" | "outdated" | "wrong" | "busy";
