#!/usr/bin/env node
// The version is checked before anything else is loaded: on an older Node the store's native part
// does not fail, it takes the process down.
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 22) {
  console.error(`syncbell needs Node 22 or newer; this is ${process.versions.node}`);
  process.exit(1);
}
/** How long what was said may take to be written, in milliseconds. */
const LEFT_RUNNING_MS = 500;
const { runCommand } = await import("./cli/run-command.ts");
process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  out: {
    print: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
  },
  stopRequested: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
    }),
  onReload: (look) => void process.on("SIGHUP", look),
});
// What a plugin has left running does not keep up whoever waits for the command.
setTimeout(() => process.exit(), LEFT_RUNNING_MS).unref();
