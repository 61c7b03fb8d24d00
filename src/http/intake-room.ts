/**
 * Bytes of intake bodies in memory at once. Small plain bodies are not counted: connections bound
 * them. Large and packed ones are, so that many at once are refused before they fill the memory.
 */
export type IntakeRoom = {
  /** Answers how to give the bytes back, or null when there is no room. */
  readonly take: (bytes: number) => (() => void) | null;
};

export const openIntakeRoom = (bytesMax: number): IntakeRoom => {
  let taken = 0;
  return {
    take: (bytes) => {
      // One request always fits, however small the room was set.
      if (taken > 0 && taken + bytes > bytesMax) return null;
      taken += bytes;
      let isGiven = false;
      return () => {
        if (!isGiven) taken -= bytes;
        isGiven = true;
      };
    },
  };
};
