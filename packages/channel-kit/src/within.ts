/**
 * The answer of a promise, or an error that says what did not come back: so many milliseconds from
 * now, or from when the signal fires.
 */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  what: string,
  from?: AbortSignal,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let start = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new Error(`${what}, did not come back within ${ms} ms`));
    start = () => void (timer = setTimeout(giveUp, ms));
    if (from === undefined || from.aborted) start();
    else from.addEventListener("abort", start, { once: true });
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    from?.removeEventListener("abort", start);
    clearTimeout(timer);
  }
}
