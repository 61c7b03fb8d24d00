/** The bound: a bare undici loop that sends `count` GET requests with 64 connections, nothing else. */
import { Agent, request } from "undici";

const [origin, firstText, countText] = process.argv.slice(2);
const first = Number(firstText);
const count = Number(countText);
const cpuUs = (): number => process.cpuUsage().user + process.cpuUsage().system;
const cpuUsBefore = cpuUs();
const agent = new Agent({ connections: 64, pipelining: 1 });
let next = 0;

const lane = async (): Promise<void> => {
  while (next < count) {
    const number = first + next;
    next += 1;
    const { body } = await request(
      `${origin}/postback?n=${number}&pid=examplenetwork_int&event=level_up&advertising_id=38400000-8cf0-11bd-b23e-10b96e40000d&install_time=1451923560&country=US&os=14&device=SM-G991B&c=spring_sale&site=1107`,
      { dispatcher: agent },
    );
    await body.dump();
  }
};

await Promise.all(Array.from({ length: 64 }, lane));
await agent.close();
process.send?.({ kind: "done", cpuUs: cpuUs() - cpuUsBefore });
process.disconnect?.();
