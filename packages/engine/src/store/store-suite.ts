import { describe } from "vitest";
import type { Store } from "./store.ts";
import { acceptSuite } from "./suite/accept-suite.ts";
import { againSuite } from "./suite/again-suite.ts";
import { claimSuite } from "./suite/claim-suite.ts";
import { deliveryListSuite } from "./suite/delivery-list-suite.ts";
import { destinationSuite } from "./suite/destination-suite.ts";
import { digestLinesSuite } from "./suite/digest-lines-suite.ts";
import { digestSuite } from "./suite/digest-suite.ts";
import { digestTellingSuite } from "./suite/digest-telling-suite.ts";
import { endingSuite } from "./suite/ending-suite.ts";
import { eventListSuite } from "./suite/event-list-suite.ts";
import { forgetStoriesSuite } from "./suite/forget-stories-suite.ts";
import { forgetSuite } from "./suite/forget-suite.ts";
import { healthSuite } from "./suite/health-suite.ts";
import { leaseSuite } from "./suite/lease-suite.ts";
import { manualOutcomeSuite } from "./suite/manual-outcome-suite.ts";
import { manualSuite } from "./suite/manual-suite.ts";
import { modelSuite } from "./suite/model-suite.ts";
import { openDigestsSuite } from "./suite/open-digests-suite.ts";
import { overdueSuite } from "./suite/overdue-suite.ts";
import { paceSuite } from "./suite/pace-suite.ts";
import { pipelineSuite } from "./suite/pipeline-suite.ts";
import { quarantineSuite } from "./suite/quarantine-suite.ts";
import { readSuite } from "./suite/read-suite.ts";
import { recordSuite } from "./suite/record-suite.ts";
import { replayStepsSuite } from "./suite/replay-steps-suite.ts";
import { replaySuite } from "./suite/replay-suite.ts";
import { standingSuite } from "./suite/standing-suite.ts";
import { supersedingSuite } from "./suite/superseding-suite.ts";
import { tellingSuite } from "./suite/telling-suite.ts";
import { unsettledSuite } from "./suite/unsettled-suite.ts";
import { waitingSuite } from "./suite/waiting-suite.ts";

/** Opens a store that holds nothing, for the running test alone. */
export type OpenStore = () => Promise<Store>;

/** What every store promises, as tests: the same ones for each. */
export function storeSuite(name: string, open: OpenStore): void {
  describe(`the store on ${name}`, () => {
    describe("accepts events", () => {
      acceptSuite(open);
    });
    describe("leases deliveries", () => {
      claimSuite(open);
    });
    describe("leases deliveries of a destination with a pace", () => {
      paceSuite(open);
    });
    describe("renews leases", () => {
      leaseSuite(open);
    });
    describe("records attempts", () => {
      recordSuite(open);
    });
    describe("judges destinations by what is recorded", () => {
      healthSuite(open);
    });
    describe("makes attempts that somebody asks for", () => {
      manualSuite(open);
      manualOutcomeSuite(open);
    });
    describe("ends what is owed", () => {
      endingSuite(open);
    });
    describe("knows destinations", () => {
      destinationSuite(open);
    });
    describe("keeps how destinations stand", () => {
      standingSuite(open);
    });
    describe("decides the ends of runs", () => {
      pipelineSuite(open);
    });
    describe("knows who was told of an incident", () => {
      tellingSuite(open);
    });
    describe("tells a recovery in the place", () => {
      supersedingSuite(open);
    });
    describe("has a recovery wait while the failure is being sent", () => {
      waitingSuite(open);
      unsettledSuite(open);
    });
    describe("gathers digests", () => {
      digestSuite(open);
    });
    describe("gathers lines", () => {
      digestLinesSuite(open);
    });
    describe("knows which digests are open", () => {
      openDigestsSuite(open);
    });
    describe("tells of failures by a digest", () => {
      digestTellingSuite(open);
    });
    describe("knows which pipelines are overdue", () => {
      overdueSuite(open);
    });
    describe("replays", () => {
      replaySuite(open);
    });
    describe("sends once more", () => {
      againSuite(open);
    });
    describe("goes on with replays", () => {
      replayStepsSuite(open);
    });
    describe("keeps what is no event", () => {
      quarantineSuite(open);
    });
    describe("forgets", () => {
      forgetSuite(open);
      forgetStoriesSuite(open);
    });
    describe("reads back", () => {
      readSuite(open);
    });
    describe("lists events", () => {
      eventListSuite(open);
    });
    describe("lists deliveries", () => {
      deliveryListSuite(open);
    });
    describe("agrees with a model of itself", () => {
      modelSuite(open);
    });
  });
}
