/**
 * The second verifier of certificate codes: written from docs/certificate-code.md, not from the platform's programs.
 *
 * One ES module without dependencies, for browsers and Node alike: Web Crypto proves the signature, everything else is
 * here. `verifyCode(text, keySet, {at})` says whether a code (or the URL that carries it) is genuine, by the published
 * keys alone; it never throws for any text. Reasons are those of the specification.
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LONGEST_TEXT = 4096;
const CODE_OR_URL = /^[ \t\n\r\f\v]*(?:https?:\/\/[^ \t\n\r\f\v/]+\/V\/)?([A-Z2-7][A-Z2-7 \t\n\r\f\v-]*)$/i;
const KID_BYTES = 8;
const SIGNATURE_BYTES = 64;
// Tag 18, array of 4, protected header {1: -7 (ES256), 4: key id of 8 bytes}: an envelope begins with nothing else.
const PROTECTED_HEAD = Uint8Array.of(0xa2, 0x01, 0x26, 0x04, 0x48);
const ENVELOPE_HEAD = Uint8Array.of(0xd2, 0x84, 0x4d, ...PROTECTED_HEAD);
const PAYLOAD_AT = ENVELOPE_HEAD.length + KID_BYTES + 3; // behind the empty unprotected header and a head of 2 bytes
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const CHINA_SECONDS = 8 * 3600;
const DAY_SECONDS = 86400;
const FIRST_DAY_TOO_LATE = 253402272000; // 10000-01-01 in China
const NUMBERS = [
  {
    kind: "skill_level",
    shape: /^[YS]\d{4}(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-6]|71|8[12])\d{6}\d{2}[1-5](?!000000)\d{6}$/,
    register: [0, 13],
    level: 15,
  },
  { kind: "national_qualification", shape: /^\d{10}[1-5](?!00000)\d{5}$/, register: [2, 10], level: 10 },
  { kind: "special_ability", shape: /^\d{6}(?!000000)\d{6}$/, register: [2, 6], level: null },
];

/** What each refusal says to people. */
export const REFUSALS = {
  malformed: ["不是证书码，或输入有误。", "This is not the code of a certificate, or it was mistyped."],
  envelope: ["证书码的结构或算法不符合规范。", "The structure or the algorithm is not that of a code."],
  "unknown-key": ["签发密钥未公布。", "It is signed with a key that is not published."],
  signature: ["签名不成立，内容已被改动或系伪造。", "The signature does not hold: it was changed or forged."],
  payload: ["签名内容不符合规范。", "What is signed is not what a code says."],
  "newer-version": ["证书码为更新的版本，请更新查验程序。", "It is made by a newer version; update what checks it."],
  "foreign-register": ["签发密钥不属于该编号所在机构。", "The key belongs to another body than the number."],
  "outside-key-validity": ["发证日期不在密钥有效期内。", "The day of issue lies outside the validity of the key."],
  "compromised-key": [
    "签发密钥在该发证日期前后已失控；真实的证书已换发新码。",
    "On that day others may have signed with this key; genuine certificates were given a new code.",
  ],
  "not-yet-issued": ["发证日期在将来。", "The day of issue lies in the future."],
};

class Refused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * Whether a code or its URL is genuine: `{genuine: true, number, kind, level, …}` or `{genuine: false, reason}`.
 *
 * `keySet`: the JWK set of `GET /certificate/v1/keys`. `at`: seconds since 1970; refuse a later day of issue.
 */
export async function verifyCode(text, keySet, { at = null } = {}) {
  try {
    return { genuine: true, ...(await proven(decodeText(text), keySet, at)) };
  } catch (error) {
    if (error instanceof Refused) return { genuine: false, reason: error.reason };
    throw error;
  }
}

async function proven(cose, keySet, at) {
  const { kid, payload, signature } = split(cose);
  const key = publishedKey(keySet, hex(kid));
  if (key === null) throw new Refused("unknown-key");
  await checkKeyId(key);
  if (!(await signatureHolds(key, toBeSigned(kid, payload), signature))) throw new Refused("signature");
  const claims = readPayload(payload);
  if (claims.register !== String(key.register)) throw new Refused("foreign-register");
  const day = dayOf(claims.issuedAt);
  if (day < dayOf(key.nbf) || day > dayOf(key.exp)) throw new Refused("outside-key-validity");
  const doubt = key.compromised ?? null;
  if (doubt !== null && day >= dayOf(doubt.from) && day <= dayOf(doubt.to)) throw new Refused("compromised-key");
  if (at !== null && day > dayOf(at)) throw new Refused("not-yet-issued");
  return { ...claims, kid: hex(kid), issuer: key.issuer ?? null };
}

/** The bytes behind a code or its URL. Small letters, spaces and hyphens are allowed; nothing is repaired. */
export function decodeText(text) {
  const found = text.length > LONGEST_TEXT ? null : CODE_OR_URL.exec(text);
  if (found === null) throw new Refused("malformed");
  return base32(found[1].replace(/[ \t\n\r\f\v-]/g, "").toUpperCase());
}

function base32(code) {
  const bytes = new Uint8Array(Math.floor((code.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of code) {
    held = ((held << 5) | ALPHABET.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
    }
  }
  // Five bits too many, or spare bits that are not zero, would be a second text for the same bytes.
  if (bits >= 5 || held & ((1 << bits) - 1)) throw new Refused("malformed");
  return bytes;
}

/** Key id, payload and signature: the envelope has exactly one form, and so one algorithm. */
export function split(cose) {
  const end = cose.length - SIGNATURE_BYTES;
  const payload = cose.subarray(PAYLOAD_AT, Math.max(PAYLOAD_AT, end - 2));
  const isOne =
    ENVELOPE_HEAD.every((byte, at) => cose[at] === byte) &&
    cose[PAYLOAD_AT - 3] === 0xa0 &&
    cose[PAYLOAD_AT - 2] === 0x58 &&
    cose[PAYLOAD_AT - 1] === payload.length &&
    payload.length >= 24 &&
    cose[end - 2] === 0x58 &&
    cose[end - 1] === SIGNATURE_BYTES;
  if (!isOne) throw new Refused("envelope");
  const kid = cose.subarray(ENVELOPE_HEAD.length, ENVELOPE_HEAD.length + KID_BYTES);
  return { kid, payload, signature: cose.subarray(end) };
}

/** The Sig_structure of RFC 9052 section 4.4: what the signature stands for. */
export function toBeSigned(kid, payload) {
  const context = new TextEncoder().encode("Signature1");
  const head = [0x84, 0x60 | context.length, ...context, 0x40 | (PROTECTED_HEAD.length + KID_BYTES)];
  return Uint8Array.of(...head, ...PROTECTED_HEAD, ...kid, 0x40, 0x58, payload.length, ...payload);
}

async function signatureHolds(key, message, signature) {
  const r = BigInt(`0x${hex(signature.subarray(0, 32))}`);
  const s = BigInt(`0x${hex(signature.subarray(32))}`);
  if (r < 1n || r >= ORDER || s < 1n || s > ORDER / 2n) return false;
  return verifyEs256(key, message, signature);
}

/** Whether a signature r ‖ s of a P-256 key holds. */
export async function verifyEs256(key, message, signature) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const jwk = { kty: "EC", crv: "P-256", x: key.x, y: key.y };
  const imported = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  return crypto.subtle.verify(algorithm, imported, signature, message);
}

function publishedKey(keySet, kid) {
  const isOurs = (key) => key.kid === kid && key.kty === "EC" && key.crv === "P-256";
  return keySet.keys.findLast((key) => isOurs(key) && (key.alg ?? "ES256") === "ES256") ?? null;
}

/** A key id is the beginning of its key's RFC 7638 thumbprint; a set that says otherwise is no published set. */
export async function checkKeyId(key) {
  const canonical = `{"crv":"${key.crv}","kty":"${key.kty}","x":"${key.x}","y":"${key.y}"}`;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical)));
  if (hex(digest.subarray(0, KID_BYTES)) !== key.kid) throw new Error("the key id is not that of the key");
}

/** The claims of a signed payload, in the one form that they have. */
export function readPayload(payload) {
  const reader = new Reader(payload);
  if (reader.mapSize() !== 3) throw new Refused("payload");
  reader.expect(2);
  const number = reader.text();
  reader.expect(6);
  const issuedAt = reader.unsigned();
  if (issuedAt >= FIRST_DAY_TOO_LATE || (issuedAt + CHINA_SECONDS) % DAY_SECONDS) throw new Refused("payload");
  reader.expect(-65537);
  const entries = reader.mapSize();
  reader.expect(1);
  if (reader.integer() !== 1) throw new Refused("newer-version");
  if (entries !== 4 && entries !== 5) throw new Refused("payload");
  reader.expect(2);
  const itemCode = reader.text();
  reader.expect(3);
  const name = reader.text();
  reader.expect(4);
  const statusIndex = reader.unsigned();
  if (entries === 5) reader.expect(5);
  const second = entries === 5 ? reader.bytes(SIGNATURE_BYTES) : null;
  reader.end();
  const issuedOn = new Date((issuedAt + CHINA_SECONDS) * 1000).toISOString().slice(0, 10);
  return { number, ...explained(number), itemCode, name, issuedOn, issuedAt, statusIndex, isTwiceSigned: second !== null };
}

/** Kind, register and level are in the number. */
function explained(number) {
  const rule = NUMBERS.find(({ shape }) => shape.test(number));
  if (rule === undefined) throw new Refused("payload");
  const level = rule.level === null ? null : Number(number[rule.level]);
  return { kind: rule.kind, register: number.slice(...rule.register), level };
}

/** A day of China, counted from 1970. */
function dayOf(seconds) {
  return Math.floor((Number(seconds) + CHINA_SECONDS) / DAY_SECONDS);
}

/** Strict CBOR (RFC 8949 section 4.2.1): shortest heads, definite lengths, nothing behind the end. */
export class Reader {
  constructor(data) {
    this.data = data;
    this.at = 0;
  }

  integer() {
    const [major, value] = this.head();
    if (major > 1) throw new Refused("payload");
    return major === 0 ? value : -1 - value;
  }

  unsigned() {
    const [major, value] = this.head();
    if (major !== 0 || value > Number.MAX_SAFE_INTEGER) throw new Refused("payload");
    return value;
  }

  text() {
    const [major, length] = this.head();
    if (major !== 3) throw new Refused("payload");
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.take(length));
    } catch {
      throw new Refused("payload");
    }
  }

  bytes(wanted = null) {
    const [major, length] = this.head();
    if (major !== 2 || length !== (wanted ?? length)) throw new Refused("payload");
    return this.take(length);
  }

  arraySize() {
    const [major, size] = this.head();
    if (major !== 4) throw new Refused("payload");
    return size;
  }

  mapSize() {
    const [major, size] = this.head();
    if (major !== 5) throw new Refused("payload");
    return size;
  }

  expect(label) {
    if (this.integer() !== label) throw new Refused("payload");
  }

  end() {
    if (this.at !== this.data.length) throw new Refused("payload");
  }

  head() {
    const [initial] = this.take(1);
    const low = initial & 0x1f;
    if (low < 24) return [initial >> 5, low];
    if (low > 27) throw new Refused("payload");
    const width = 1 << (low - 24);
    // Values above 2^53 lose their last bits here; all of them are refused by whoever reads them.
    const value = this.take(width).reduce((held, byte) => held * 256 + byte, 0);
    const shortest = value < 24 ? 0 : value < 256 ? 1 : value < 65536 ? 2 : value < 4294967296 ? 4 : 8;
    if (shortest !== width) throw new Refused("payload");
    return [initial >> 5, value];
  }

  take(count) {
    const taken = this.data.subarray(this.at, this.at + count);
    if (taken.length !== count) throw new Refused("payload");
    this.at += count;
    return taken;
  }
}

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
