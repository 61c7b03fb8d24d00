import { backup } from "./backup.ts";
import { clockJumps } from "./clock-jumps.ts";
import { damagedSearch } from "./damaged-search.ts";
import { deadNames } from "./dead-names.ts";
import { diskFull } from "./disk-full.ts";
import type { FaultScript } from "./fault-script.ts";
import { floods, hostileReceivers } from "./hostile-receivers.ts";
import { kill } from "./kill.ts";
import { killAtDoors } from "./kill-at-doors.ts";
import { killWhileSweeping } from "./kill-while-sweeping.ts";
import { overload } from "./overload.ts";
import { poison } from "./poison.ts";
import { terminated, terminatedWhileHanging } from "./shutdown.ts";
import { powerLoss } from "./sync-trace.ts";
import { senderThreadDies, storeThreadDies } from "./threads.ts";
import { twoProcesses } from "./two-processes.ts";
import { lockedStore, readOnlyDisk } from "./unwritable.ts";
import { upgrade } from "./upgrade.ts";

/** Every fault: `npm test` plays each once and short, `npm run faults` long. */
export const faultScripts: readonly FaultScript[] = [
  kill,
  killAtDoors,
  killWhileSweeping,
  powerLoss,
  senderThreadDies,
  storeThreadDies,
  terminated,
  terminatedWhileHanging,
  diskFull,
  readOnlyDisk,
  lockedStore,
  overload,
  deadNames,
  hostileReceivers,
  floods,
  poison,
  backup,
  twoProcesses,
  clockJumps,
  damagedSearch,
  upgrade,
];
