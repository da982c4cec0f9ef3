/** The page that checks without a network: a bundle chosen from the device, and a code that was scanned and pasted. */
import { REASONS, readBundle, verifyOffline } from "./bundle.js";

const VERDICTS = {
  valid: ["证书有效", "This certificate is valid"],
  not_valid: ["不能认可", "Not valid"],
  unprovable: ["暂时无法证明", "Cannot be proven now"],
};
const INPUTS = { keys: ["公布的密钥", "Published keys"], status: ["证书状态", "Status"], names: ["名称", "Names"] };
const form = document.getElementById("offline");
const answer = document.getElementById("answer");

/** An element with a Chinese text and its English one. */
function element(tag, [zh, en], className = "") {
  const made = document.createElement(tag);
  made.className = className;
  const translation = document.createElement("span");
  translation.lang = "en";
  translation.className = "en";
  translation.textContent = en;
  made.append(zh, translation);
  return made;
}

function list(tag, className, items) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...items);
  return made;
}

function row(label, value) {
  const line = document.createElement("div");
  const shown = document.createElement("dd");
  shown.textContent = value;
  line.append(element("dt", label), shown);
  return line;
}

function moment(seconds) {
  if (seconds === null) return "—";
  return new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** The first character of a name and at most three stars, as it is masked online. */
function masked(name) {
  const [first, ...others] = name;
  return first + "*".repeat(Math.min(3, Math.max(1, others.length)));
}

function show(found) {
  const heading = list("div", "verdict", [element("h2", VERDICTS[found.verdict])]);
  const reasons = list("ul", "reasons", found.reasons.map((reason) => element("li", REASONS[reason])));
  const rows = found.inputs.map((input) => row(INPUTS[input.name], moment(input.madeAt)));
  if (found.proven) {
    rows.unshift(
      row(["姓名", "Holder"], masked(found.proven.name)),
      row(["职业（工种）", "Occupation"], found.itemName ?? found.proven.itemCode),
      row(["证书编号", "Number"], found.proven.number),
      row(["评价机构", "Issued by"], found.organisationName ?? "—"),
      row(["发证日期", "Issued on"], found.proven.issuedOn),
    );
  }
  answer.className = `card ${found.verdict}`;
  answer.replaceChildren(heading, reasons, list("dl", "", rows));
}

function refuse(text) {
  answer.className = "card not_valid";
  answer.replaceChildren(element("p", text, "alert"));
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  answer.hidden = false;
  const [file] = document.getElementById("bundle").files;
  const bundle = await file.text().then(readBundle).catch(() => null);
  if (bundle === null) {
    refuse(["所选文件不是完整的数据包，或签名不成立；请重新下载。", "That file is no whole bundle; download it anew."]);
    return;
  }
  show(await verifyOffline(document.getElementById("code").value, bundle, Date.now() / 1000));
});
