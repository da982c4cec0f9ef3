"""What is wrong with a row of a provincial edition, and how to mend it."""

from common.errors import Bilingual

UNKNOWN_CODE = (
    Bilingual("职业分类大典中没有该编码。", "The classification of occupations has no such code."),
    Bilingual(
        "请按大典(2022年版)核对,或留空由平台编制。", "Check it with the 2022 edition, or leave it empty."
    ),
)
UNKNOWN_ITEM = (
    Bilingual("目录清单中没有该项目。", "No such item is on the list."),
    Bilingual("请按现行目录清单核对名称或编码。", "Check name or code with the list as it stands."),
)
UNKNOWN_SUCCESSOR = (
    Bilingual("承接的项目不在目录清单中。", "The item that it is to go on as is not on the list."),
    Bilingual("请填写清单中或本版新增的项目。", "Name an item of the list, or one that this edition adds."),
)
REPEATED = (
    Bilingual("该项目在本版中重复。", "The edition has this item twice."),
    Bilingual("请删去重复的一行。", "Take one of the rows out."),
)
CYCLE = (
    Bilingual("承接关系形成循环。", "What goes on as what runs in a circle."),
    Bilingual(
        "承接者须留在清单上,且不得是其前身。", "A successor stays on the list and is none of its ancestors."
    ),
)
DISPUTED = (
    Bilingual("名称与编码所指的不是同一项目。", "Name and code do not point to one and the same item."),
    Bilingual("请改正编码或名称;不填编码的按名称查找。", "Correct either; without a code the name finds it."),
)
