// Checks COSE_Sign1 messages of others with the JavaScript verifier's own reader, structure and signature check.
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";

const [verifier, bundle] = process.argv.slice(2).map((path) => pathToFileURL(path));
const { Reader, hex, verifyEs256 } = await import(verifier);
const { sigStructure } = await import(bundle);

async function verdict(message, keys) {
  try {
    const outer = new Reader(Uint8Array.from(Buffer.from(message, "hex")).subarray(1));
    if (outer.arraySize() !== 4) return "structure";
    const header = outer.bytes();
    headersOf(outer);
    const payload = outer.bytes();
    const signature = outer.bytes();
    outer.end();
    const { algorithm, kid } = protectedOf(header);
    if (algorithm !== -7) return "algorithm";
    if (!(kid in keys)) return "unknown-key";
    const holds = signature.length === 64 && (await verifyEs256(keys[kid], sigStructure(header, payload), signature));
    return holds ? "verified" : "signature";
  } catch {
    return "structure";
  }
}

function protectedOf(header) {
  if (header.length === 0) return { algorithm: null, kid: null };
  const reader = new Reader(header);
  const found = headersOf(reader);
  reader.end();
  return found;
}

function headersOf(reader) {
  const found = { algorithm: null, kid: null };
  for (let left = reader.mapSize(); left > 0; left--) {
    if (reader.integer() === 1) found.algorithm = reader.integer();
    else found.kid = hex(reader.bytes());
  }
  return found;
}

const { messages, keys } = JSON.parse(readFileSync(0, "utf8"));
const found = [];
for (const message of messages) found.push(await verdict(message, keys));
process.stdout.write(JSON.stringify(found));
