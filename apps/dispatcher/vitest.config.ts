import type { ViteUserConfig } from "vitest/config";
import { bothStores } from "../../scripts/both-stores.ts";

const config: ViteUserConfig = bothStores({
  // Where it is said what becomes of events, deliveries, rules and replays. The API and the command around
  // them do not know which store there is.
  include: [
    "src/cases/*.test.ts",
    "src/delivery*.test.ts",
    "src/routes/delivery-wishes.test.ts",
    "src/routes/destination-{replay,states}.test.ts",
    "src/routes/events-accepted.test.ts",
    "src/routes/{event-replay,explain,lists,quarantine,reading}.test.ts",
  ],
});

export default config;
