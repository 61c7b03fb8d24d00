/** `npm test`: every step, in the order in which it is cheapest to fail. */
import { runSteps } from "./run-step.ts";
import { testSteps } from "./test-steps.ts";

runSteps(testSteps);
