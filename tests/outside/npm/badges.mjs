// Open Badges and SD-JWT VCs of ours, checked by packages of others: the input names documents and keys.
import { readFileSync } from "node:fs";
import crypto from "node:crypto";

import { createVerifyCryptosuite } from "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import jsigs from "jsonld-signatures";
import { SDJwtInstance } from "@sd-jwt/core";

const given = JSON.parse(readFileSync(0, "utf8"));
const { AssertionProofPurpose } = jsigs.purposes;

async function badge(document) {
  const known = new Map([[given.did.id, given.did]]);
  for (const method of given.did.verificationMethod) {
    known.set(method.id, { "@context": "https://w3id.org/security/multikey/v1", ...method });
  }
  const documentLoader = async (url) => {
    if (!known.has(url)) throw new Error(`not known: ${url}`);
    return { contextUrl: null, documentUrl: url, document: known.get(url) };
  };
  const suite = new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() });
  const result = await jsigs.verify(document, { suite, purpose: new AssertionProofPurpose(), documentLoader });
  if (!result.verified) process.stderr.write(`${result.error}\n${result.error?.errors}\n`);
  return result.verified;
}

async function token(text) {
  const key = await crypto.subtle.importKey("jwk", given.jwk, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
  const verifier = (data, signature) =>
    crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, Buffer.from(signature, "base64url"), Buffer.from(data));
  const hasher = (data) => crypto.createHash("sha256").update(data).digest();
  const instance = new SDJwtInstance({ verifier, hasher, hashAlg: "sha-256" });
  try {
    const { payload } = await instance.verify(text, { skewSeconds: 60 });
    return payload;
  } catch {
    return null;
  }
}

const badges = [];
for (const one of given.badges) badges.push(await badge(one).catch(() => false));
const tokens = [];
for (const one of given.tokens) tokens.push(await token(one));
process.stdout.write(JSON.stringify({ badges, tokens }));
