/** `npm run check`: types, lint and layers, unit tests. */
import { runSteps } from "./run-step.ts";
import { checkSteps } from "./test-steps.ts";

runSteps(checkSteps);
