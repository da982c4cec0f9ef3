/**
 * Checks a code without a network, with a bundle: published keys, statuses and names, each signed by the platform.
 *
 * `readBundle(text)` checks all signatures and throws for anything that is not whole; `verifyOffline(code, bundle, at)`
 * gives the three-valued answer of `common.offline`. Both are specified in docs/certificate-code.md.
 */
import { REFUSALS, Reader, checkKeyId, hex, verifyCode, verifyEs256 } from "./verifier.js";

const FRESH_SECONDS = 24 * 3600;
const USABLE_SECONDS = 7 * 24 * 3600;
const STATUS_TYPE = "application/vnd.skills.status-bundle+cose";
const UNDECIDED = { "unknown-key": "key-not-in-bundle", "newer-version": "newer-version" };
const STATES = new Map([
  [0, ["valid", "valid"]],
  [1, ["not_valid", "revoked"]],
  [2, ["not_valid", "suspended"]],
  [3, ["unprovable", "under_review"]],
  [11, ["not_valid", "superseded"]],
]);

/** What each reason says to people. */
export const REASONS = {
  ...REFUSALS,
  "signature-holds": [
    "签名成立：内容由签发机构签发，未被改动。",
    "The signature holds: the issuing body signed this, and nothing was changed.",
  ],
  valid: ["截至数据包制作时，证书有效。", "The certificate was valid when the bundle was made."],
  revoked: ["证书已被撤销。", "The certificate was revoked."],
  suspended: ["证书已暂停使用。", "The certificate is suspended."],
  under_review: [
    "证书正在复核，暂不能证明有效。",
    "The certificate is under review; until that ends it is not proven valid.",
  ],
  superseded: ["该证书码已被新码取代。", "This code was superseded by a newer one."],
  "status-missing": [
    "数据包中没有状态；请联网查验，或重新下载数据包。",
    "The bundle holds no statuses; check online, or download it anew.",
  ],
  "status-unknown": ["状态的含义不明；请更新查验程序。", "The status has no meaning known here; update what checks it."],
  "status-old": [
    "状态已超过24小时；此后的变更未知。",
    "The status is more than 24 hours old; later changes are not known.",
  ],
  "status-too-old": [
    "状态已超过7天，不能据以证明；请重新下载数据包。",
    "The status is more than 7 days old and proves nothing; download the bundle anew.",
  ],
  "newer-than-bundle": [
    "证书晚于数据包签发，状态未知；请重新下载数据包。",
    "The certificate is newer than the bundle and its status unknown; download the bundle anew.",
  ],
  "key-not-in-bundle": [
    "数据包中没有签发密钥：可能系伪造，也可能密钥较新；请联网查验。",
    "The bundle does not hold the signing key: a forgery, or a newer key; check online.",
  ],
};

function demand(holds, what) {
  if (!holds) throw new Error(`not a bundle: ${what}`);
}

/** The bundle of a file's text. `trusted`: the platform's keys from elsewhere; else those in the file are taken. */
export async function readBundle(text, { trusted = null } = {}) {
  const file = JSON.parse(text);
  demand(file.format === "skills-bundle" && file.version === 1, "another format");
  const platform = trusted ?? file.platform_keys;
  const keys = await claimsOf(file.keys, "skills-keys+jws", platform);
  const names = await claimsOf(file.names, "skills-names+jws", platform);
  const status = file.status === null ? null : await readStatus(unbase64url(file.status), platform);
  return { keys, names, status };
}

async function claimsOf(jws, type, platform) {
  const [head, body, signature] = jws.split(".");
  const header = JSON.parse(textOf(head));
  demand(header.alg === "ES256" && header.typ === type, "another type");
  const claims = JSON.parse(textOf(body));
  const key = await platformKey(platform, header.kid, "names");
  demand(key.nbf <= claims.iat && claims.iat <= key.exp, "a signature outside of its key's time");
  const message = new TextEncoder().encode(`${head}.${body}`);
  demand(await verifyEs256(key, message, unbase64url(signature)), "a signature does not hold");
  return claims;
}

async function platformKey(platform, kid, purpose) {
  const key = platform.keys.find((one) => one.kid === kid && one.purpose === purpose && one.alg === "ES256");
  demand(key !== undefined, "a key that is not published");
  await checkKeyId(key);
  return key;
}

/** The statuses of the province: a tagged COSE_Sign1 over sorted places, as gaps, in Golomb-Rice code. */
async function readStatus(file, platform) {
  demand(file[0] === 0xd2, "another tag");
  const outer = new Reader(file.subarray(1));
  demand(outer.arraySize() === 4, "another envelope");
  const protectedHeader = outer.bytes();
  demand(outer.mapSize() === 0, "another envelope");
  const payload = outer.bytes();
  const signature = outer.bytes(64);
  outer.end();
  const header = new Reader(protectedHeader);
  demand(header.mapSize() === 3, "another header");
  header.expect(1);
  header.expect(-7);
  header.expect(3);
  demand(header.text() === STATUS_TYPE, "another content");
  header.expect(4);
  const kid = header.bytes(8);
  header.end();
  const key = await platformKey(platform, hex(kid), "status");
  demand(await verifyEs256(key, sigStructure(protectedHeader, payload), signature), "a signature does not hold");
  return readPlaces(new Reader(payload));
}

/** The Sig_structure of RFC 9052 section 4.4 for headers and payloads of any size. */
export function sigStructure(protectedHeader, payload) {
  const context = new TextEncoder().encode("Signature1");
  const parts = [[0x84, 0x60 | context.length], context, head(protectedHeader.length), protectedHeader, [0x40]];
  parts.push(head(payload.length), payload);
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The head of a byte string in its shortest form. */
function head(length) {
  if (length < 24) return [0x40 | length];
  if (length < 0x100) return [0x58, length];
  if (length < 0x10000) return [0x59, length >> 8, length & 0xff];
  return [0x5a, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
}

function readPlaces(reader) {
  demand(reader.arraySize() === 5 && reader.integer() === 1, "another format of statuses");
  demand(reader.arraySize() === 2, "another structure");
  const serial = reader.unsigned();
  demand(reader.integer() === -1, "a delta");
  const madeAt = reader.unsigned();
  const places = reader.unsigned();
  const statuses = [];
  for (let left = reader.arraySize(); left > 0; left--) {
    demand(reader.arraySize() === 4, "another structure");
    const value = reader.unsigned();
    const count = reader.unsigned();
    const parameter = reader.unsigned();
    demand(parameter <= 31 && value > (statuses.at(-1)?.value ?? -1), "another structure");
    statuses.push({ value, places: new Set(unrice(reader.bytes(), count, parameter, places)) });
  }
  reader.end();
  return { serial, madeAt, places, statuses };
}

/** The places behind Golomb-Rice coded gaps: quotient as ones and a zero, then the remainder, highest bit first. */
function unrice(data, count, parameter, limit) {
  let at = 0;
  const bit = () => {
    demand(at < data.length * 8, "cut off");
    const found = (data[at >> 3] >> (7 - (at & 7))) & 1;
    at += 1;
    return found;
  };
  const found = [];
  let place = -1;
  demand(count > 0 && count <= data.length * 8, "another code");
  for (let left = count; left > 0; left--) {
    let gap = 0;
    while (bit()) gap += 1;
    for (let low = parameter; low > 0; low--) gap = gap * 2 + bit();
    place += gap + 1;
    demand(place < limit, "a place outside of the lists");
    found.push(place);
  }
  demand(data.length * 8 - at < 8, "something follows");
  while (at < data.length * 8) demand(bit() === 0, "something follows");
  return found;
}

/** What a code or its URL is worth at a time (seconds since 1970), by the bundle alone. Never throws for any text. */
export async function verifyOffline(text, bundle, at) {
  const inputs = [
    input("keys", bundle.keys.iat, at),
    input("status", bundle.status?.madeAt ?? null, at),
    input("names", bundle.names.iat, at),
  ];
  const proven = await verifyCode(text, bundle.keys, { at: Math.max(at, bundle.keys.iat) });
  if (!proven.genuine) {
    const undecided = UNDECIDED[proven.reason];
    if (undecided) return { verdict: "unprovable", state: "unknown", reasons: [undecided], inputs };
    return { verdict: "not_valid", state: "not_genuine", reasons: [proven.reason], inputs };
  }
  const [verdict, state, ...reasons] = byStatus(proven.statusIndex, bundle.status, at);
  const itemName = bundle.names.items[proven.itemCode] ?? null;
  const organisationName = bundle.names.bodies[proven.register] ?? proven.issuer;
  return { verdict, state, reasons: ["signature-holds", ...reasons], inputs, proven, itemName, organisationName };
}

function byStatus(place, status, at) {
  if (status === null) return ["unprovable", "unknown", "status-missing"];
  if (place >= status.places) return ["unprovable", "unknown", "newer-than-bundle"];
  const value = status.statuses.find((one) => one.places.has(place))?.value ?? 0;
  if (!STATES.has(value)) return ["unprovable", "unknown", "status-unknown"];
  const [verdict, state] = STATES.get(value);
  const age = at - status.madeAt;
  if (age > USABLE_SECONDS && state !== "superseded") return ["unprovable", "unknown", "status-too-old"];
  return age > FRESH_SECONDS ? [verdict, state, state, "status-old"] : [verdict, state, state];
}

function input(name, madeAt, at) {
  if (madeAt === null) return { name, state: "missing", madeAt };
  return { name, state: at - madeAt <= FRESH_SECONDS ? "fresh" : "old", madeAt };
}

function unbase64url(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function textOf(part) {
  return new TextDecoder("utf-8", { fatal: true }).decode(unbase64url(part));
}
