import { describe, expect, it } from "vitest";
import type { Incident, Transition } from "./incident.ts";
import { changed, salesforceRun } from "./testing/example-events.ts";
import { counts, digest, overdue } from "./testing/own-events.ts";
import { titleOf } from "./titles.ts";

const incident = (transition: Transition, failures: number): Incident => ({
  transition,
  failures,
  seconds: 60,
});

describe("the title of a run", () => {
  const failed = changed(salesforceRun(), "status", "failed");

  it.each([
    ["first", 0, "Salesforce succeeded"],
    ["healthy", 0, "Salesforce succeeded"],
    ["recovered", 1, "Salesforce recovered after 1 failure"],
    ["recovered", 3, "Salesforce recovered after 3 failures"],
  ] as const)("that is %s after %d failures", (transition, failures, title) => {
    expect(titleOf(salesforceRun(), incident(transition, failures), false)).toBe(title);
  });

  it.each([
    ["broke", 1, "Salesforce failed"],
    ["failing", 2, "Salesforce failed again, 2 times in a row"],
    ["late", 4, "Salesforce failed"],
    ["repeated", 4, "Salesforce failed"],
  ] as const)("that failed and is %s, failure %d", (transition, failures, title) => {
    expect(titleOf(failed, incident(transition, failures), false)).toBe(title);
  });

  it("tells of a failure that was not told before", () => {
    const told = (failures: number): string =>
      titleOf(salesforceRun(), incident("recovered", failures), true);
    expect(told(1)).toBe("Salesforce failed and has recovered");
    expect(told(2)).toBe("Salesforce failed 2 times and has recovered");
  });

  it("is how it ended, where nothing is known of its pipeline", () => {
    expect(titleOf(failed, undefined, false)).toBe("Salesforce failed");
    const odd = changed(salesforceRun(), "status", "half\ndone");
    expect(titleOf(odd, undefined, false)).toBe("Salesforce ended as half done");
    const wordless = changed(salesforceRun(), "status", "\u0000");
    expect(titleOf(wordless, undefined, false)).toBe("Salesforce ended");
  });

  it("shows that a long name was cut", () => {
    const title = titleOf(changed(failed, "task.name", "word ".repeat(1_000)), undefined, false);
    expect(title).toMatch(/^word .{280,}… failed$/);
  });
});

it("an overdue pipeline is called so", () => {
  expect(titleOf(overdue(), undefined, false)).toBe("Salesforce is overdue");
  const nameless = changed(overdue(), "task.name", " ");
  expect(titleOf(nameless, undefined, false)).toBe("is overdue");
});

describe("the title of a digest", () => {
  const titled = (...given: Parameters<typeof digest>): string =>
    titleOf(digest(...given), undefined, false);

  it.each([
    [{ failed: 1 }, "1 pipeline failed"],
    [{ failed: 3 }, "3 pipelines failed"],
    [{ failed: 1, succeeded: 1 }, "1 of 2 pipelines failed"],
    [{ failed: 3, succeeded: 30, skipped: 7 }, "3 of 40 pipelines failed"],
    [{ succeeded: 1 }, "1 pipeline succeeded"],
    [{ succeeded: 40 }, "All 40 pipelines succeeded"],
    [{ succeeded: 39, skipped: 1 }, "39 of 40 pipelines succeeded"],
    [{ skipped: 1 }, "1 pipeline was skipped"],
    [{ skipped: 1, other: 2 }, "1 of 3 pipelines was skipped"],
    [{ skipped: 2, cancelled: 2 }, "2 of 4 pipelines were skipped"],
    [{ cancelled: 2 }, "All 2 pipelines were cancelled"],
    [{ other: 1 }, "1 pipeline ended otherwise"],
    [{ other: 5 }, "All 5 pipelines ended otherwise"],
  ])("of %j is: %s", (ends, title) => {
    expect(titled({ pipelines: counts(ends) })).toBe(`${title} for Acme in 10 minutes`);
  });

  it("counts notices where there is no run", () => {
    const pipelines = counts();
    expect(titled({ pipelines, notices: 1, tenant: { id: "t", name: "Acme" } })).toBe(
      "1 notice for Acme in 10 minutes",
    );
  });

  it("counts tenants where they are several, and names none where that is not known", () => {
    const several = (tenants: number): string =>
      titleOf(changed(digest({ tenants, seconds: 5_400 }), "tenant", undefined), undefined, false);
    expect(several(12)).toBe("1 pipeline succeeded for 12 tenants in 1 hour 30 minutes");
    expect(several(1)).toBe("1 pipeline succeeded in 1 hour 30 minutes");
  });
});
