/** On the verification page: proves the signature here, on this device, and says so. The server's word is beside it. */
import { REFUSALS, verifyCode } from "./verifier.js";

const card = document.getElementById("proof");
const { code, key } = JSON.parse(document.getElementById("proof-material").textContent);

function paragraph(zh, en, className = "") {
  const line = document.createElement("p");
  line.className = className;
  const translation = document.createElement("span");
  translation.lang = "en";
  translation.className = "en";
  translation.textContent = en;
  line.append(zh, translation);
  return line;
}

function show(outcome, ...lines) {
  card.dataset.outcome = outcome;
  card.replaceChildren(card.querySelector("h2"), ...lines);
}

/** What was scanned is in the address bar; a page that was saved carries it itself. */
function codeOfThisPage() {
  const scanned = /\/V\/([^/]+)$/i.exec(location.pathname);
  return scanned !== null && location.protocol.startsWith("http") ? decodeURIComponent(scanned[1]) : code;
}

async function prove() {
  if (globalThis.crypto?.subtle === undefined) {
    const zh = "浏览器只在加密连接（https）下提供验签功能：本机未作验证，以上为服务器的结论。";
    show("unproven", paragraph(zh, "Browsers verify signatures over https only: nothing was proven on this device."));
    return;
  }
  const found = await verifyCode(codeOfThisPage(), { keys: key === null ? [] : [key] });
  if (!found.genuine) {
    const [zh, en] = REFUSALS[found.reason];
    show("refuted", paragraph(`本机验证不成立：${zh}`, `Refused on this device: ${en}`, "outcome"));
    return;
  }
  const shown = document.getElementById("number");
  if (shown !== null && shown.textContent !== found.number) {
    const zh = "注意：页面显示的编号与签名的内容不一致，请勿采信本页。";
    show("refuted", paragraph(zh, "Careful: the number shown is not the number that was signed. Do not trust this page.", "outcome"));
    return;
  }
  const signed = `${found.number} · ${found.itemCode} · ${found.issuedOn}`;
  show(
    "proven",
    paragraph("本机已独立验证：签名成立，内容未被改动。", "Proven on this device: the signature holds and nothing was changed.", "outcome"),
    paragraph(`签名的内容：${signed}`, `What was signed: ${signed}`),
    paragraph(`签名密钥：${found.issuer ?? ""} ${found.kid}`, `The signing key: ${found.kid}`),
    paragraph("是否撤销、暂停由服务器告知，见上方。", "Whether it was revoked or suspended is the server's word, above."),
  );
}

await prove();
