import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type TestModule, createVitest } from "vitest/node";
import type { BrokenChannel } from "../broken/broken-channel.ts";
import { EXAMPLE_NAMES } from "../example-notifications.ts";

/** What the suite said of one channel: names of tests as a {@link BrokenChannel} gives them. */
export interface SuiteRun {
  readonly failed: readonly string[];
  readonly passed: readonly string[];
  readonly errors: readonly string[];
}

/** Runs the suite on each of these channels, each in a file of its own, in one run of vitest. */
export async function runSuites(
  channels: readonly BrokenChannel[],
): Promise<ReadonlyMap<string, SuiteRun>> {
  const folder = mkdtempSync(join(tmpdir(), "syncbell-channel-kit-"));
  const { exitCode } = process;
  try {
    const files = channels.map((channel, index) => writeTestFile(folder, channel, index));
    const vitest = await createVitest({
      config: false,
      root: folder,
      include: ["*.test.ts"],
      watch: false,
      // Small files that share their imports and wait much; a time zone is a process's own.
      pool: "forks",
      isolate: false,
      maxWorkers: 4,
      reporters: [{}],
      update: "new",
    });
    const { testModules, unhandledErrors } = await vitest.start();
    if (unhandledErrors.length > 0) throw new AggregateError(unhandledErrors, "beside the tests");
    const modules = new Map(testModules.map((module) => [module.moduleId, module]));
    const runs = channels.map(({ that }, index) => {
      const module = modules.get(files[index] ?? "");
      if (!module) throw new Error(`nothing ran for a channel that ${that}`);
      return [that, readRun(module)] as const;
    });
    await vitest.close();
    return new Map(runs);
  } finally {
    // The run that this one is a part of has a verdict of its own.
    process.exitCode = exitCode;
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeTestFile(folder: string, { that, golden }: BrokenChannel, index: number): string {
  const goldenFolder = join(folder, String(index));
  mkdirSync(goldenFolder);
  if (golden !== undefined) {
    for (const name of EXAMPLE_NAMES) writeFileSync(join(goldenFolder, `${name}.snap`), golden);
  }
  const source = (path: string): string => JSON.stringify(new URL(path, import.meta.url).pathname);
  const file = join(folder, `${index}.test.ts`);
  writeFileSync(
    file,
    `import { brokenChannels } from ${source("../broken/index.ts")};
import { describeChannel } from ${source("../describe-channel.ts")};
import { bellProof } from ${source("./bell.ts")};

const { channel } = brokenChannels.find(({ that }) => that === ${JSON.stringify(that)});
describeChannel(channel, bellProof(new URL(${JSON.stringify(pathToFileURL(goldenFolder))})));
`,
  );
  return file;
}

function readRun(module: TestModule): SuiteRun {
  const named = (state: "failed" | "passed"): readonly string[] =>
    Array.from(module.children.allTests(state), ({ fullName }) =>
      fullName.split(" > ").slice(1).join(" > "),
    );
  const errors = [
    ...module.errors(),
    ...Array.from(module.children.allSuites()).flatMap((each) => each.errors()),
  ];
  return {
    failed: named("failed"),
    passed: named("passed"),
    errors: errors.map(({ message }) => message),
  };
}
