/** `npm test`: every step, and in words what this machine could not run. */
import { runSteps } from "./run-step.ts";
import { testSteps } from "./test-steps.ts";

runSteps(testSteps);
