import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits until something real has happened: a request has come in, a delivery has ended. Looks again
 * and again and never gives up by itself; the test's own timeout does.
 */
export async function until(happened: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await happened())) await pause(5);
}
