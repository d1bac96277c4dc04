import { spawn } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync } from "node:fs";

/** One command of the whole check. */
interface Step {
  readonly name: string;
  readonly command: string;
}

/** The checks that read code; each counts as one in the sum. */
const CODE_CHECKS: readonly Step[] = [
  { name: "format", command: "oxfmt --check" },
  { name: "lint", command: "oxlint --type-aware" },
  { name: "types", command: "tsc" },
  { name: "unused code and dependencies", command: "knip" },
  { name: "workspace consistency", command: "sherif" },
  { name: "build, publint, types of the packages", command: "turbo run build" },
];

/** A command that runs tests, and where it leaves their figures. */
interface TestStep extends Step {
  readonly results: string;
}

const TESTS: readonly TestStep[] = [
  {
    name: "tests of the house rules",
    command: "vitest run --config ../vitest.config.ts --root scripts",
    results: "scripts/test-results.json",
  },
  {
    name: "tests of the packages",
    command: "turbo run test --continue --concurrency=2 --filter=!@acme/*",
    results: "{packages,apps,packages/create-channel}/*/test-results.json",
  },
  {
    name: "tests of the example, a channel made with the scaffolder",
    command: "vitest run --config ../../vitest.config.ts --root examples/syncbell-channel-pager",
    results: "examples/*/test-results.json",
  },
];

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

async function check(): Promise<number> {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const { results } of TESTS) for (const file of globSync(results)) rmSync(file);
  for (const step of CODE_CHECKS) {
    if (await run(step, "on failure")) tally.passed++;
    else tally.failed++;
  }
  for (const step of TESTS) {
    const failedBefore = tally.failed;
    const succeeded = await run(step, "always");
    count(tally, globSync(step.results));
    // A run that fails without a failing test, as when a file can't be loaded, is a failure too.
    if (!succeeded && tally.failed === failedBefore) tally.failed++;
  }
  for (const folder of packagesWithTests()) {
    if (existsSync(`${folder}/test-results.json`)) continue;
    console.error(`${folder} has tests, but none of them ran`);
    tally.failed++;
  }
  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : "";
  console.log(`\n${tally.passed} passed, ${tally.failed} failed${skipped}`);
  return tally.failed === 0 ? 0 : 1;
}

function run({ name, command }: Step, show: "always" | "on failure"): Promise<boolean> {
  const startedAt = Date.now();
  const output: Buffer[] = [];
  const child = spawn(command, {
    shell: true,
    stdio: [
      "ignore",
      show === "always" ? "inherit" : "pipe",
      show === "always" ? "inherit" : "pipe",
    ],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
  });
  child.stdout?.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve) => {
    child.once("close", (code) => {
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      if (code !== 0) process.stderr.write(Buffer.concat(output));
      console.log(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
      resolve(code === 0);
    });
  });
}

interface TestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

function count(tally: Tally, files: readonly string[]): void {
  for (const file of files) {
    const results = JSON.parse(readFileSync(file, "utf8")) as TestResults;
    tally.passed += results.numPassedTests;
    tally.failed += results.numFailedTests;
    tally.skipped += results.numPendingTests + results.numTodoTests;
  }
}

function packagesWithTests(): readonly string[] {
  const files = globSync("{packages,apps,examples,packages/create-channel}/*/src/**/*.test.ts");
  return [...new Set(files.map((file) => file.slice(0, file.indexOf("/src/"))))];
}

process.exitCode = await check();
