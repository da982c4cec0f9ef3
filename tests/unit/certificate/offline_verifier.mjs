// Asks the JavaScript verifier about codes and bundles in one process: a JSON document in, a JSON document out.
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";

const { readBundle, verifyOffline } = await import(pathToFileURL(process.argv[2]));
const found = [];
for (const { text, bundle, at, trusted } of JSON.parse(readFileSync(0, "utf8"))) {
  const read = await readBundle(bundle, { trusted }).catch(() => null);
  found.push(read === null ? null : await verifyOffline(text, read, at));
}
process.stdout.write(JSON.stringify(found));
