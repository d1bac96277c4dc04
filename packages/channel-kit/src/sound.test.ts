import { bell, bellProof } from "./testing/bell.ts";
import { describeChannel } from "./index.ts";
import { quietBell, quietBellProof } from "./testing/quiet-bell.ts";

const golden = new URL("../golden/", import.meta.url);

describeChannel(bell, bellProof(golden));
describeChannel(quietBell, quietBellProof(golden));
