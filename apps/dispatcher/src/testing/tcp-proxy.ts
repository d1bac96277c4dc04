import { once } from "node:events";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";
import { onTestFinished } from "vitest";

/** What a connection through the proxy meets. */
type Way =
  /** The server. */
  | "open"
  /** Its end, at once. */
  | "cut"
  /** Nobody: what is sent goes nowhere, and nothing comes back. */
  | "silent"
  /** The words of a server of Postgres that is not ready yet. */
  | "starting";

/** What stands between a client and a server of Postgres, and fails as a network does. */
export interface TcpProxy {
  /** The URL that was given, through the proxy. */
  readonly url: string;
  /** How many connections were made so far. */
  readonly connections: () => number;
  /** Decides what new connections meet, and those that there are: where it is open again, these stay as they are. */
  readonly set: (way: Way) => void;
  /** Is silent from the moment on at which a client sends this text. */
  readonly silentAt: (text: string) => void;
  /** Ends the connection that has sent the one text when the answer to the other one comes. */
  readonly cutAnswer: (after: string, to: string) => void;
}

/** Puts a proxy in front of the server of a URL, for the running test. */
export async function startProxy(url: string): Promise<TcpProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let way: Way = "open";
  let connections = 0;
  let lastWords: string | undefined;
  let cutting: { readonly after: string; readonly to: string } | undefined;
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const set = (next: Way): void => {
    way = next;
    if (way === "silent") for (const socket of sockets) socket.removeAllListeners("data").pause();
    else if (way !== "open") destroyAll();
  };
  const keep = (socket: Socket, other?: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => {
      sockets.delete(socket);
      other?.destroy();
    });
  };
  const endAtAnswer = (client: Socket): void => {
    cutting = undefined;
    client.destroy();
  };
  const server = createServer((client) => {
    connections++;
    if (way === "cut") return void client.destroy();
    if (way === "starting")
      return void client.once("data", () => client.end(STARTING)).on("error", () => undefined);
    if (way === "silent") return keep(client.pause());
    const upstream = connect(Number(target.port), target.hostname);
    keep(client, upstream);
    keep(upstream, client);
    let isNext = false;
    let isCut = false;
    client.on("data", (chunk: Buffer) => {
      if (lastWords !== undefined && chunk.includes(lastWords)) return set("silent");
      isCut = isNext && cutting !== undefined && chunk.includes(cutting.to);
      isNext ||= cutting !== undefined && chunk.includes(cutting.after);
      upstream.write(chunk);
    });
    upstream.on(
      "data",
      (chunk: Buffer) => void (isCut ? endAtAnswer(client) : client.write(chunk)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    destroyAll();
    server.close();
  });
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    connections: () => connections,
    set,
    silentAt: (text) => void (lastWords = text),
    cutAnswer: (after, to) => void (cutting = { after, to }),
  };
}

/** An error as Postgres sends it. */
const STARTING = errorOf({
  S: "FATAL",
  V: "FATAL",
  C: "57P03",
  M: "the database system is starting up",
});

function errorOf(fields: Readonly<Record<string, string>>): Buffer {
  const said = Object.entries(fields).map(([type, text]) => `${type}${text}\0`);
  const body = Buffer.from(`${said.join("")}\0`);
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
