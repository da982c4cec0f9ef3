// Draws run again from docs/draws.md alone: one JSON object a line in, one array a line out.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");

function limit(rate) {
  const [whole, fraction = ""] = rate.split(".");
  return (BigInt(whole + fraction) << 256n) / 10n ** BigInt(fraction.length);
}

function redraw({ purpose, rate, pool, seed, pool_sha256, seed_sha256 }) {
  const bytes = Buffer.from(seed, "hex");
  if (sha256(JSON.stringify(pool)) !== pool_sha256) return "another pool";
  if (sha256(bytes) !== seed_sha256) return "another seed";
  const lot = (member) => BigInt("0x" + sha256(bytes, Buffer.from([0x1f]), member));
  if (purpose === "spot_check") return pool.filter((member) => lot(member) < limit(rate ?? "1"));
  return pool.length ? [pool.reduce((best, member) => (lot(member) < lot(best) ? member : best))] : [];
}

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(redraw(JSON.parse(line))));
