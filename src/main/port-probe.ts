import { createServer } from "node:net";

/** Whether nobody listens there now. */
export const isPortFree = async (host: string, port: number): Promise<boolean> => (await tryPort(host, port)) === null;

/** Listens for a moment: what stands in the way, or null. */
export const tryPort = (host: string, port: number): Promise<unknown> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", resolve);
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
