import { describe } from "vitest";
import type { Store } from "./store.ts";
import { acceptSuite } from "./suite/accept-suite.ts";
import { claimSuite } from "./suite/claim-suite.ts";
import { destinationSuite } from "./suite/destination-suite.ts";
import { modelSuite } from "./suite/model-suite.ts";
import { readSuite } from "./suite/read-suite.ts";
import { recordSuite } from "./suite/record-suite.ts";

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
    describe("records attempts", () => {
      recordSuite(open);
    });
    describe("knows destinations", () => {
      destinationSuite(open);
    });
    describe("reads back", () => {
      readSuite(open);
    });
    describe("agrees with a model of itself", () => {
      modelSuite(open);
    });
  });
}
