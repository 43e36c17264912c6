"""Names of units as a county has them, any number, always the same, each with how people say it.

The sounds are written by hand, so that they can judge what the portal makes of a name.
"""

from dataclasses import dataclass
from itertools import count, islice, product

COUNTY = ("云泽县", "yun ze xian")
TOWNS = [
    ("", ""),
    ("东坝镇", "dong ba zhen"),
    ("长沟镇", "chang gou zhen"),
    ("戛洒镇", "ga sa zhen"),
    ("重阳乡", "chong yang xiang"),
    ("乐安镇", "le an zhen"),
    ("朝阳街道", "chao yang jie dao"),
    ("石头乡", "shi tou xiang"),
    ("龙泉镇", "long quan zhen"),
    ("绿水乡", "lv shui xiang"),
    ("白塔镇", "bai ta zhen"),
    ("泊湖镇", "bo hu zhen"),
    ("青龙山镇", "qing long shan zhen"),
    ("新都镇", "xin du zhen"),
    ("大会乡", "da hui xiang"),
    ("六合镇", "liu he zhen"),
    ("南圩镇", "nan wei zhen"),
    ("北堡乡", "bei bao xiang"),
    ("阿勒乡", "a le xiang"),
    ("西安镇", "xi an zhen"),
]
KINDS = [
    ("教育局", "jiao yu ju"),
    ("水利局", "shui li ju"),
    ("行政审批局", "xing zheng shen pi ju"),
    ("发展和改革局", "fa zhan he gai ge ju"),
    ("市场监督管理局", "shi chang jian du guan li ju"),
    ("税务局", "shui wu ju"),
    ("农村商业银行", "nong cun shang ye yin hang"),
    ("邮政储蓄银行", "you zheng chu xu yin hang"),
    ("第一小学", "di yi xiao xue"),
    ("第二小学", "di er xiao xue"),
    ("中心小学", "zhong xin xiao xue"),
    ("重点中学", "zhong dian zhong xue"),
    ("音乐学校", "yin yue xue xiao"),
    ("会计学校", "kuai ji xue xiao"),
    ("幼儿园", "you er yuan"),
    ("人民医院", "ren min yi yuan"),
    ("卫生院", "wei sheng yuan"),
    ("调解委员会", "tiao jie wei yuan hui"),
    ("长安村村民委员会", "chang an cun cun min wei yuan hui"),
    ("长乐村村民委员会", "chang le cun cun min wei yuan hui"),
    ("红旗村村民委员会", "hong qi cun cun min wei yuan hui"),
    ("解放村村民委员会", "jie fang cun cun min wei yuan hui"),
    ("重庆路社区居民委员会", "chong qing lu she qu ju min wei yuan hui"),
    ("和平社区居民委员会", "he ping she qu ju min wei yuan hui"),
    ("幸福里社区居民委员会", "xing fu li she qu ju min wei yuan hui"),
    ("人力资源和社会保障局", "ren li zi yuan he she hui bao zhang ju"),
    ("供销合作社", "gong xiao he zuo she"),
    ("乡镇企业服务中心", "xiang zhen qi ye fu wu zhong xin"),
    ("便民服务大厅", "bian min fu wu da ting"),
    ("新时代文明实践所", "xin shi dai wen ming shi jian suo"),
    ("自来水有限公司", "zi lai shui you xian gong si"),
    ("供电所", "gong dian suo"),
    ("派出所", "pai chu suo"),
    ("文化站", "wen hua zhan"),
    ("图书馆", "tu shu guan"),
    ("女子学校", "nv zi xue xiao"),
    ("老年大学", "lao nian da xue"),
    ("烟草专卖局", "yan cao zhuan mai ju"),
    ("气象局", "qi xiang ju"),
    ("林业和草原局", "lin ye he cao yuan ju"),
]
PARTS = [
    ("", ""),
    ("城关", "cheng guan"),
    ("双桥", "shuang qiao"),
    ("柳河", "liu he"),
    ("王家坪", "wang jia ping"),
    ("永兴", "yong xing"),
    ("麻栗", "ma li"),
    ("观音", "guan yin"),
    ("沙坝", "sha ba"),
    ("杨梅", "yang mei"),
    ("竹园", "zhu yuan"),
    ("马鞍", "ma an"),
]


@dataclass(frozen=True)
class Name:
    text: str
    syllables: tuple

    @property
    def sound(self):
        return "".join(self.syllables)

    @property
    def initials(self):
        return "".join(syllable[0] for syllable in self.syllables)


def unit_names(many):
    """So many names, all different."""
    return list(islice(endless(), many))


def endless():
    for number in count(1):
        for part, kind, town in product(PARTS, KINDS, TOWNS):
            words = [COUNTY, town, part, kind]
            if number > 1:
                words.append((f"{number}号", f"{number} hao"))
            yield Name("".join(text for text, _ in words), tuple(" ".join(s for _, s in words).split()))
