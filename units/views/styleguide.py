"""Every component in every state, for whoever builds the next page (only when STYLEGUIDE is set)."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import render

from civportal.lib.forms import FilterForm

COLORS = [
    *("paper", "paper-deep", "surface", "ink", "ink-soft", "ink-faint", "line", "line-strong"),
    *("brand", "brand-soft", "accent", "accent-soft", "good", "good-soft", "warn", "warn-soft"),
    *("bad", "bad-soft", "info", "info-soft", "idle", "idle-soft"),
    *("heat-0", "heat-1", "heat-2", "heat-3", "heat-4"),
]
BADGES = [
    ("idle", "草稿"),
    ("info", "待审核"),
    ("warn", "填了一半"),
    ("bad", "退回修改"),
    ("good", "已采用"),
]
CALLOUTS = [
    ("info", "本月安排可以照抄上月", "改两行就行，不用重写。"),
    ("good", "已提交，回执 YZ-2026-0412", "县文明办 3 个工作日内回复。"),
    ("warn", "有 1 张与以前的照片几乎一样", "换一张，或说明原因。"),
    ("bad", "材料审核今天 24 时截止", "还有 2 件退回未改。"),
]
TONES = [("good", "已采用：县政务服务中心 D3"), ("bad", "没连上，请再试一次"), ("info", "已跳过这一件")]
UNITS = [
    ("县税务局", "机关 · 垂直管理", "good", "已评", "93.80"),
    ("云泽农商银行", "企业 · 银行", "info", "审核中", "89.10"),
    ("县自来水公司", "国有企业", "bad", "欠交", None),
]
BARS = [
    ("组织领导", "8", "8"),
    ("思想道德建设", "10.25", "12"),
    ("窗口服务", "17.5", "20"),
    ("志愿服务", "3", "10"),
    ("满意度", None, "10"),
]
HISTORY = [
    ("提交", "待审核", "", "兰晓"),
    ("退回", "退回修改", "老花镜、打气筒两张看不清是否可用，请重拍近景。", "芮安"),
    ("提交", "待审核", "", "兰晓"),
]
FILES = [("适老服务口袋手册（2026 版）.pdf", 2_516_582), ("首周服务登记表.xlsx", 38_912)]
ICONS = [
    *("list-checks", "book-open", "calendar-check", "chart-column", "award", "house", "stamp", "building-2"),
    *("scale", "list-ordered", "calendar-range", "upload", "download", "users", "settings", "wrench", "bell"),
    *("search", "plus", "x", "check", "check-check", "circle-check", "circle-alert", "triangle-alert"),
    *("info", "clock", "undo-2", "pencil", "trash-2", "file-text", "image", "paperclip", "eye", "send"),
    *("printer", "phone", "globe", "key-round", "log-out", "chevron-left", "chevron-right", "inbox"),
]


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="单位名称", help_text="写公章上的全称", initial="云泽县政务服务中心")
    held_on = forms.DateField(label="活动日期", widget=forms.DateInput)
    way = forms.ChoiceField(label="方式", choices=[("site", "实地考察"), ("papers", "材料审核")])
    text = forms.CharField(
        label="经过与成效", widget=forms.Textarea, max_length=500, help_text="100 到 500 字最合适。"
    )
    shown = forms.ChoiceField(
        label="是否公开",
        widget=forms.RadioSelect,
        choices=[("yes", "公开"), ("no", "只给文明办看")],
        initial="yes",
    )
    files = forms.FileField(label="附件", required=False, help_text="单个不超过 20 MB")
    true = forms.BooleanField(label="内容真实，愿意接受抽查", help_text="抽查时请备好原件")


class SampleFilter(FilterForm):
    """One filter of every kind."""

    q = forms.CharField(label="单位或标题", required=False)
    status = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部状态"), ("in", "待审核"), ("ok", "已采用")]
    )
    window = forms.BooleanField(label="有窗口", required=False)


@login_not_required
def index(request):
    """All components on one page."""
    at = datetime(2026, 11, 20, 8, 8, tzinfo=UTC)
    context = {
        "colors": COLORS,
        "badges": BADGES,
        "callouts": CALLOUTS,
        "toasts": TONES,
        "rows": UNITS,
        "icons": ICONS,
        "files": FILES,
        "bars": [
            {"label": label, "value": value and Decimal(value), "maximum": Decimal(maximum)}
            for label, value, maximum in BARS
        ],
        "events": [
            SimpleNamespace(verb_label=verb, to_label=to, note=note, by=by, at=at)
            for verb, to, note, by in HISTORY
        ],
        "form": SampleForm(),
        "wrong": SampleForm(
            {"wrong-name": "云泽县政务服务中心", "wrong-way": "site", "wrong-text": "写" * 42}, prefix="wrong"
        ),
        "filter": SampleFilter(request.GET),
        "page": Paginator(range(156), 20).get_page(request.GET.get("page")),
    }
    return render(request, "units/styleguide/index.html", context)
