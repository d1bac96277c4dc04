// Does a destination that never answers delay one that does?  node src/isolation.ts [how many of them]
import { compare } from "./compare.ts";
import { receiver } from "./receiver.ts";

const count = Number(process.argv[2] ?? 1);
const hole = await receiver("never answers");
await compare(
  `${count} that never answer`,
  Array.from({ length: count }, (_, index) => ({
    id: `hole-${index}`,
    channel: "http",
    config: { url: hole.url },
  })),
);
await hole.close();
