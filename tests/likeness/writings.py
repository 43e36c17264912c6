"""Made reports of what units did, and what people do to a text that they use again.

Frames are written with blanks between the words, so that words can be replaced; the text has none.
"""

import random
import re
from functools import cache

FILLINGS = {
    "谁": (
        "全体 干部 职工|机关 党员|青年 志愿者|窗口 工作 人员|网格 员|"
        "全体 教师|退休 老 同志|商户 代表|学生 和 家长|驻村 干部"
    ),
    "地": (
        "会议室|文化 广场|农贸 市场|老 街|社区 活动 中心|学校 操场|"
        "河 堤 沿线|公交 站台|敬老院|村 委会 门前|单位 门口 责任 路段|图书馆"
    ),
    "事": (
        "清洁 家园|文明 交通 劝导|走访 慰问|政策 宣讲|道德 讲堂|经典 诵读|"
        "垃圾 分类 入户 宣传|义务 植树|爱心 募捐|防 溺水 宣传|移风易俗 倡议|"
        "家风 故事 分享"
    ),
    "果": (
        "受到 群众 好评|环境 面貌 明显 改善|参与 人员 深受 教育|"
        "解决 了 一批 实际 问题|发放 资料 3 百 余 份|形成 了 长效 机制|"
        "营造 了 良好 氛围|收集 意见 12 条|覆盖 周边 4 个 小区"
    ),
    "领": ("主要 负责人|分管 领导|工会 主席|党 支部 书记|办公室 主任|值班 领导|校长|社区 书记"),
    "时": ("上午 9 时|下午 3 时|利用 周末 时间|晚 间 错时|早 高峰 时段|午休 之后|节 前 一 天"),
    "物": ("宣传 手册|倡议书|红 马甲|清洁 工具|慰问 品|小 喇叭|公益 海报|签到 表|横幅"),
}
FRAMES = [
    "{时} ， {谁} 在 {地} 开展 {事} 活动 。",
    "活动 由 {领} 主持 ， {谁} 共 36 人 参加 。",
    "大家 带着 {物} 来到 {地} ， 分 成 4 个 小组 同时 进行 。",
    "{领} 首先 讲 了 此次 {事} 的 意义 ， 提出 了 三 点 要求 。",
    "志愿者 们 不怕 脏 不怕 累 ， 把 {地} 打扫 得 干干净净 。",
    "现场 发放 {物} 120 份 ， 耐心 解答 居民 提出 的 问题 。",
    "通过 {事} ， {果} 。",
    "针对 {地} 存在 的 乱 停 乱 放 问题 ， {谁} 进行 了 劝导 和 登记 。",
    "{谁} 结合 自身 岗位 谈 了 体会 ， 交流 发言 热烈 。",
    "随后 到 {地} 看望 了 困难 家庭 ， 送上 {物} 和 问候 。",
    "会上 学习 了 上级 文件 精神 ， 对 下 一步 {事} 作 了 安排 。",
    "整个 活动 持续 2 个 多 小时 ， {果} 。",
    "为 做好 这 项 工作 ， 单位 提前 准备 了 {物} ， 明确 了 责任 到 人 。",
    "{领} 表示 ， 要 把 {事} 与 日常 业务 结合 起来 ， 坚持 每 月 一 次 。",
    "不少 过路 的 居民 也 加入 进来 ， 一起 整理 {地} 周边 的 杂物 。",
    "活动 结束 后 ， {谁} 合影 留念 并 清点 了 {物} 。",
    "据 统计 ， 今年 以来 已 组织 {事} 8 场 次 ， 参加 210 人 次 。",
    "在 {地} 设立 了 咨询 台 ， 由 {谁} 轮流 值守 。",
    "{谁} 还 走进 {地} ， 面对面 听取 意见 ， 当场 答复 7 件 。",
    "对 发现 的 短板 ， {领} 要求 列出 清单 ， 限期 整改 到位 。",
]
# What stands in everybody's reports.
SAYINGS = [
    "为 深入 贯彻 落实 县 文明委 工作 部署 ， 扎实 推进 文明 单位 创建 工作 ，",
    "为 弘扬 奉献 友爱 互助 进步 的 志愿 精神 ，",
    "下 一步 ， 我 单位 将 继续 巩固 创建 成果 ， 为 建设 文明 美丽 家园 贡献 力量 。",
    "大家 纷纷 表示 ， 要 以 此次 活动 为 契机 ， 立足 岗位 ， 争当 先锋 。",
]
OTHER_WORDS = re.findall(
    r"\w+",
    "组织 集中 先后 积极 主动 认真 及时 全面 具体 共同 现场 其间 同志 队员 人员 群众 "
    "居民 村民 任务 举措 要点 做法 情况 事项 区域 地点 附近 门口 院落 道路 安排 部署 "
    "推动 完成 落实 清理 帮助 关心 说明 讲解 讨论 介绍 记录 检查 回访 提醒 引导 表达 "
    "感受 收获 成效 变化 氛围 习惯 理念 责任 长期 定期 每周 次日 月底 ",
)


def report(unit, topic, number):
    """A report as a list of words; each unit has its turns of speech, each topic its deed and place."""
    about, choice = random.Random(f"topic {topic}"), random.Random(f"report {unit} {topic} {number}")
    deed, place = (about.choice(FILLINGS[kind].split("|")) for kind in "事地")
    frames = choice.sample(FRAMES, choice.randint(5, 9))
    sentences = [filled(in_own_words(frame, unit), choice, {"事": deed, "地": place}) for frame in frames]
    if choice.random() < 0.6:
        sentences.insert(0, choice.choice(SAYINGS[:2]))
    if choice.random() < 0.6:
        sentences.append(choice.choice(SAYINGS[2:]))
    return " ".join(sentences).split()


@cache
def in_own_words(frame, unit):
    """The frame as this unit would put it: three of ten words are others, always the same ones."""
    words = frame.split()
    for number, word in enumerate(words):
        own = random.Random(f"{unit} {word}")
        if word.isalpha() and own.random() < 0.3:
            words[number] = own.choice(OTHER_WORDS)
    return " ".join(words)


def filled(frame, choice, fixed):
    """The frame with its gaps filled; half of the time with what the topic says."""

    def fill(gap):
        if gap[1] in fixed and choice.random() < 0.5:
            return fixed[gap[1]]
        return choice.choice(FILLINGS[gap[1]].split("|"))

    return re.sub(r"\{(.)\}", fill, frame)


def text_of(words):
    return "".join(words)


def same(words, choice):
    return words


def other_numbers(words, choice):
    """Numbers and the date are brought up to date."""
    return [str(choice.randint(1, 400)) if word.isdecimal() else word for word in words]


def shuffled(words, choice):
    """The sentences in another order."""
    sentences = re.findall(r"[^。]+。?", " ".join(words))
    choice.shuffle(sentences)
    return " ".join(sentences).split()


def reworded(share):
    """So large a share of the words replaced by others."""

    def change(words, choice):
        return [
            choice.choice(OTHER_WORDS) if word.isalpha() and choice.random() < share else word
            for word in words
        ]

    return change


def half_new(words, choice):
    """The first half kept, the rest written anew."""
    sentences = re.findall(r"[^。]+。?", " ".join(words))
    fresh = report(f"new {choice.random()}", "new", 1)
    return " ".join([*sentences[: (len(sentences) + 1) // 2], *fresh[: len(words) // 2]]).split()


def within_more(words, choice):
    """Kept whole inside a report that is twice as long."""
    return [*report("before", choice.random(), 1), *words, *report("after", choice.random(), 1)]


CHANGES = {
    "copied": same,
    "other numbers": other_numbers,
    "sentences shuffled": shuffled,
    "10 % of the words replaced": reworded(0.1),
    "30 % of the words replaced": reworded(0.3),
    "60 % of the words replaced": reworded(0.6),
    "half written anew": half_new,
    "inside a longer report": within_more,
}
