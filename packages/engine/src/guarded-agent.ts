import type { LookupAddress } from "node:dns";
import { type LookupFunction, type Socket, isIP } from "node:net";
import { callbackify } from "node:util";
import { Agent, buildConnector } from "undici";
import type { AddressCheck } from "./address.ts";
import type { LookUps } from "./look-up.ts";

/** An address that our own guard refused to dial. No connection was opened. */
class BlockedAddressError extends Error {
  override readonly name = "BlockedAddressError";
  readonly code = "ERR_BLOCKED_ADDRESS";
}

/** More than the answers that a connection has in the time of an attempt can need, in bytes. */
const FLOOD_BYTES = 16 * 1024 * 1024;
const FLOOD_MS = 15_000;

export interface AgentLimits {
  /** How long a connection may take to be made, in milliseconds. */
  readonly connectMs: number;
  /** The largest header of an answer, in bytes. */
  readonly maxHeaderBytes: number;
}

/**
 * Makes an undici agent that checks every address it dials: those written as numbers, all answers of
 * a look-up, and the one that the socket is then connected to. What was checked is what is dialled,
 * so a name that changes its mind between the two gains nothing.
 */
export function guardedAgent(check: AddressCheck, lookUps: LookUps, limits: AgentLimits): Agent {
  const connectorFor = (plainHttp: boolean): buildConnector.connector =>
    buildConnector({
      timeout: limits.connectMs,
      allowH2: false,
      lookup: guardedLookup(check, lookUps, plainHttp),
    });
  const connectors = { http: connectorFor(true), https: connectorFor(false) };
  return new Agent({
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: limits.maxHeaderBytes,
    // The attempt's own signal is the deadline of everything; these never fire before it.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(options, done) {
      const plainHttp = options.protocol === "http:";
      const host = options.hostname.replace(/^\[|\]$/g, "");
      const why = isIP(host) === 0 ? undefined : check(host, plainHttp);
      if (why !== undefined) return done(new BlockedAddressError(why), null);
      (plainHttp ? connectors.http : connectors.https)(options, (error, socket) => {
        if (error) return done(error, null);
        const dialled = socket.remoteAddress;
        const refused = dialled === undefined ? undefined : check(dialled, plainHttp);
        if (refused === undefined) return done(null, endFlood(socket));
        socket.destroy();
        done(new BlockedAddressError(refused), null);
      });
    },
  });
}

/**
 * Ends a connection that is flooded: bytes that are in no body and no header, as of interim answers
 * without end, count towards no other limit.
 */
function endFlood<T extends Socket>(socket: T): T {
  let [since, before] = [performance.now(), socket.bytesRead];
  socket.on("readable", () => {
    const now = performance.now();
    if (now - since > FLOOD_MS) [since, before] = [now, socket.bytesRead];
    if (socket.bytesRead - before <= FLOOD_BYTES) return;
    socket.destroy(Object.assign(new Error("too many bytes"), { code: "ERR_ANSWER_FLOOD" }));
  });
  return socket;
}

function guardedLookup(check: AddressCheck, lookUps: LookUps, plainHttp: boolean): LookupFunction {
  const allowed = async (hostname: string, family: unknown): Promise<readonly LookupAddress[]> => {
    const all = await lookUps.addresses(hostname);
    const wanted = all.filter((one) => (family !== 4 && family !== 6) || one.family === family);
    for (const { address } of wanted) {
      const why = check(address, plainHttp);
      if (why !== undefined) throw new BlockedAddressError(why);
    }
    return wanted;
  };
  const asked = callbackify(allowed);
  return (hostname, options, done) => {
    asked(hostname, options.family, (error, found) => {
      if (error) return done(error, "", 0);
      const [first] = found;
      if (!first) return done(Object.assign(new Error("no address"), { code: "ENOTFOUND" }), "", 0);
      if (options.all === true) return done(null, [...found]);
      done(null, first.address, first.family);
    });
  };
}
