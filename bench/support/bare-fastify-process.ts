/** What single-event requests are measured against: a bare Fastify that parses the same JSON and answers 202. */
import Fastify from "fastify";

const server = Fastify();
server.post("/v1/events", (_request, reply) => reply.code(202).send({ accepted: 1 }));
const url = await server.listen({ port: 0, host: "127.0.0.1" });
process.send?.({ kind: "listening", url });

const cpuUs = (): number => process.cpuUsage().user + process.cpuUsage().system;
const cpuUsBefore = cpuUs();
process.on("message", () => process.send?.({ kind: "cpu", cpuUs: cpuUs() - cpuUsBefore }));
