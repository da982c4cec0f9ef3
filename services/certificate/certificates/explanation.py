"""PURE: a certificate number part by part, for people who want to understand what they hold."""

from common.certificate_code import kind_of
from common.errors import Bilingual
from common.grades import Grade
from common.identifiers.certificate_number import CertificateNumber

Part = tuple[str, Bilingual, Bilingual]

_PLACES = {
    "0": Bilingual("鉴定中心", "centre"),
    "1": Bilingual("国家职业技能鉴定所", "national station"),
    "2": Bilingual("地方职业技能鉴定所", "local station"),
    "3": Bilingual("行业职业技能鉴定站", "industry station"),
    "4": Bilingual("企业（工人考核委员会）", "enterprise"),
}


def explain(number: str) -> tuple[Part, ...]:
    """The characters of each part, what the part is, what they mean. Raises ValueError for other numbers."""
    match kind_of(number):
        case "skill_level":
            return CertificateNumber.parse(number).explain()
        case "national_qualification":
            return _qualification(number)
        case "special_ability":
            return _special_ability(number)


def _qualification(number: str) -> tuple[Part, ...]:
    level = Grade(int(number[10]))
    return (
        _year(number),
        (
            number[2:4],
            Bilingual("省级代码", "province"),
            Bilingual("劳动系统代码", "code of the labour system"),
        ),
        (
            number[4:6],
            Bilingual("地市代码", "city"),
            Bilingual("由省级鉴定中心规定", "set by the provincial centre"),
        ),
        (
            number[6],
            Bilingual("鉴定机构性质", "kind of place"),
            _PLACES.get(number[6], Bilingual("其他", "other")),
        ),
        (
            number[7:10],
            Bilingual("鉴定机构序号", "station"),
            Bilingual("由省级分配", "assigned by the province"),
        ),
        (
            number[10],
            Bilingual("职业资格等级", "qualification level"),
            Bilingual(level.qualification.zh, level.en),
        ),
        _serial(number[11:], Bilingual("当年该机构该等级", "of the institution, year and level")),
    )


def _special_ability(number: str) -> tuple[Part, ...]:
    return (
        _year(number),
        (
            number[2:4],
            Bilingual("省级代码", "province"),
            Bilingual("劳动系统代码", "code of the labour system"),
        ),
        (number[4:6], Bilingual("地市代码", "city"), Bilingual("由省级规定", "set by the province")),
        _serial(number[6:], Bilingual("当年该地市", "of the city and year")),
    )


def _year(number: str) -> Part:
    return (
        number[:2],
        Bilingual("核发年份", "year of issue"),
        Bilingual(f"20{number[:2]}年", f"20{number[:2]}"),
    )


def _serial(digits: str, of: Bilingual) -> Part:
    serial = int(digits)
    return (
        digits,
        Bilingual("证书序列码", "serial"),
        Bilingual(f"{of.zh}第 {serial} 号", f"no. {serial} {of.en}"),
    )
