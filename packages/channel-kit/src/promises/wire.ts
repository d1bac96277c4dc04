import type { ReceivedRequest } from "../receiver.ts";
import { textsOf } from "../working-config.ts";

/** Every place of some requests with what stands there: headers, paths, the leaves of JSON bodies. */
export function marksOf(requests: readonly ReceivedRequest[]): ReadonlySet<string> {
  return new Set(
    requests.flatMap(({ headers, path, body }) => [
      `path: ${path}`,
      ...textsOf(headers).map(([name, value]) => `${name}: ${value}`),
      ...textsOf(parsed(body.toString())).map(([name, value]) => `body, ${name}: ${value}`),
    ]),
  );
}

/** A body that is not JSON is one text. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
