"""PURE: what can be wrong with a row of a roster or of results, and how to mend it; never with the value itself."""

from typing import Final

from common.errors import Bilingual, FieldError

_Texts = tuple[str, str, str, str, str | None]  # wrong (zh, en), remedy (zh, en), article
_TEXTS: Final[dict[str, _Texts]] = {
    "missing": ("此处未填写。", "Nothing is filled in here.", "请填写。", "Fill it in.", None),
    "too-long": (
        "内容过长,最多 {most} 个字符。",
        "Too long: {most} characters at most.",
        "请缩短。",
        "Shorten it.",
        None,
    ),
    "name-characters": (
        "姓名中有不应出现的字符,或姓名过短。",
        "The name holds characters that no name has, or is too short.",
        "请按证件上的姓名填写;若显示为乱码,请将文件另存为 UTF-8 或 GB18030 编码。",
        "Write it as the document does; if it looks garbled, save the file as UTF-8 or GB18030.",
        None,
    ),
    "name-damaged": (
        "姓名中有无法识别的字符(�):文件曾以错误的编码保存。",
        "The name holds replacement characters (�): the file was once decoded wrongly.",
        "请从原系统重新导出,并以 UTF-8 或 GB18030 编码保存。",
        "Export it anew from where it came, and save it as UTF-8 or GB18030.",
        None,
    ),
    "id-type-unknown": (
        "没有这种证件类型。",
        "There is no such kind of document.",
        "请从模板的可选值中选择。",
        "Choose one of the kinds that the template offers.",
        None,
    ),
    "id-old-form": (
        "这是 15 位的旧身份证号码,已停止使用。",
        "This is an ID number of the old form with 15 digits, out of use since 2013.",
        "请填写 18 位号码。",
        "Write the number with 18 characters.",
        None,
    ),
    "id-sex": (
        "性别与证件号码不符。",
        "The sex does not agree with the ID number.",
        "请对照证件原件核对两者。",
        "Check both against the document.",
        None,
    ),
    "id-birth-date": (
        "出生日期与证件号码不符。",
        "The date of birth does not agree with the ID number.",
        "请对照证件原件核对两者。",
        "Check both against the document.",
        None,
    ),
    "under-16": (
        "评价首日未满 16 周岁。",
        "Under 16 on the first day of the evaluation.",
        "请核对证件号码;未满 16 周岁的人员不能参加评价。",
        "Check the ID number; nobody under 16 can be evaluated.",
        None,
    ),
    "phone-unreadable": (
        "不是可以接收短信的手机号码。",
        "No message can be sent to this number.",
        "请填写本人 11 位手机号;境外号码以 + 和国家代码开头;没有则留空。",
        "Write the person's own 11 digits; abroad, + and the country's code; or leave it empty.",
        None,
    ),
    "duplicate-row": (
        "与第 {first} 行重复:同一人、同一职业、同一等级。",
        "The same person, occupation and level as in row {first}.",
        "请只保留一行。",
        "Keep one of the rows.",
        None,
    ),
    "id-two-names": (
        "证件号码与第 {first} 行相同,姓名却不同。",
        "The same ID number as in row {first}, with another name.",
        "请核对两行的姓名和证件号码。",
        "Check name and number of both rows.",
        None,
    ),
    "id-other-name": (
        "该证件号码在平台上登记的是另一个姓名。",
        "This ID number is registered on the platform with another name.",
        "请核对姓名和证件号码;确属登记有误的,请联系所在地中心更正。",
        "Check both; if the earlier entry is the wrong one, ask the centre to correct it.",
        None,
    ),
    "double-registration": (
        "此人同一职业、同一等级在时间重叠的另一方案中已经报名。",
        "Registered for this occupation and level under another plan at the same time already.",
        "请与本人确认参加哪一次评价;需改在本方案参加的,请先由原报名单位或其所在地中心取消原报名。",
        "Ask the person which evaluation it is to be; to have it here, give up the other one first.",
        "18(2)",
    ),
    "level-unknown": (
        "不是技能等级。",
        "This is no skill level.",
        "请填写五级至一级之一,如“四级”或“4”。",
        "Write one of the levels 5 to 1, such as 4 or 四级.",
        "2",
    ),
    "item-not-in-plan": (
        "该职业不在方案之中,或方案有多个职业而此处未填。",
        "The plan does not have this occupation, or has several and the row names none.",
        "请按方案填写职业名称或编码。",
        "Name the occupation as the plan does, or by its code.",
        "18",
    ),
    "level-not-in-plan": (
        "方案中该职业没有这个等级。",
        "The plan does not have this level of the occupation.",
        "请按方案填写等级。",
        "Write a level that the plan has.",
        "18",
    ),
    "value-type": (
        "不是可以识别的数值或日期。",
        "This is no number or day that can be read.",
        "成绩请填写如 85 或 85.5 的数字,日期请填写如 2025-10-25。",
        "Write marks as 85 or 85.5 and days as 2025-10-25.",
        None,
    ),
    "value-range": (
        "超出允许的范围({least} 至 {most})。",
        "Outside the range of {least} to {most}.",
        "请核对。",
        "Check it.",
        None,
    ),
    "value-precision": (
        "小数位数过多。",
        "Too many decimal places.",
        "成绩最多保留两位小数,不四舍五入为合格。",
        "Marks have two decimal places at most and are never rounded into a pass.",
        None,
    ),
    "choice-unknown": (
        "不是可选的内容。",
        "Not one of the answers offered.",
        "请填写“是”或“否”,职业道德请填写“合格”或“不合格”。",
        "Write yes or no; for ethics, pass or fail.",
        None,
    ),
    "mark-missing": (
        "缺少该部分的成绩。",
        "The mark of this part is missing.",
        "请填写成绩;缺考的请在“缺考”列填“是”,不要填 0。",
        "Fill it in; for who was absent say so in the column for it, and never write 0.",
        "8",
    ),
    "mark-not-expected": (
        "该等级的标准没有这一部分。",
        "The standard has no such part at this level.",
        "请删去该成绩。",
        "Take the mark out.",
        "8",
    ),
    "mark-of-absent": (
        "缺考人员不应有成绩。",
        "Who was absent has no marks.",
        "请删去成绩,或改正“缺考”列。",
        "Take the mark out, or correct the column for absence.",
        None,
    ),
    "ethics-missing": (
        "未填写职业道德评价。",
        "The verdict on professional ethics is missing.",
        "请填写“合格”或“不合格”。",
        "Write pass or fail.",
        "7",
    ),
    "pass-contradiction": (
        "与按标准判定的结果不一致。",
        "It says otherwise than the marks do by the standard.",
        "请核对成绩;是否合格由平台按标准判定,此列可不填。",
        "Check the marks; the platform decides by the standard, and this column may be left out.",
        "4",
    ),
    "examiner-unknown": (
        "有考评员不在本方案中。",
        "Somebody named as an examiner is not on the plan.",
        "请填写方案中考评员的卡号。",
        "Give the card numbers of the plan's examiners.",
        "18(3)",
    ),
    "not-registered": (
        "该人员不在本方案该职业、等级的花名册中。",
        "This person is not on the plan's roster for this occupation and level.",
        "请核对证件号码、职业和等级。",
        "Check ID number, occupation and level.",
        "18(2)",
    ),
    "not-reviewed": (
        "该人员的报名资格尚未审核。",
        "The centre has not reviewed this person's qualification yet.",
        "请联系中心完成审核后再登记。",
        "Ask the centre to finish its review first.",
        "18(2)",
    ),
    "not-admitted": (
        "该人员的报名资格审核未通过。",
        "The centre refused this person's qualification.",
        "未通过资格审核的人员不能登记结果。",
        "No result can be entered for who was not admitted.",
        "18(2)",
    ),
    "already-recorded": (
        "该人员此职业、等级的结果已登记,且内容不同。",
        "A different result of this person, occupation and level is recorded already.",
        "已登记的结果不能用重报覆盖;需要更正的,请走更正程序。",
        "A recorded result is not overwritten; ask for its correction.",
        "18(3)",
    ),
}


def mistake(code: str, row: int, column: str | None, **facts: object) -> FieldError:
    """One mistake of a row. `facts` are bounds and row numbers, never what the row holds."""
    zh, en, remedy_zh, remedy_en, article = _TEXTS[code]
    return FieldError(
        code=code,
        detail=Bilingual(zh.format(**facts), en.format(**facts)),
        remedy=Bilingual(remedy_zh, remedy_en),
        row=row,
        column=column,
        article=article,
    )
