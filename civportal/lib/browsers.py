"""What a browser says of itself, in the few words a person recognises: "Chrome · Windows"."""

import re

# The first that fits: nearly every browser also claims to be the ones below it.
BROWSERS = [
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("wxwork", "企业微信"),
    ("QQBrowser", "QQ浏览器"),
    ("360SE|360EE|QIHU", "360浏览器"),
    ("UCBrowser", "UC浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("Edg", "Edge"),
    ("OPR/|Opera", "Opera"),
    ("Firefox/|FxiOS", "Firefox"),
    ("Chrome/|CriOS", "Chrome"),
    ("Safari/", "Safari"),
    ("Trident|MSIE", "Internet Explorer"),
]
SYSTEMS = [
    ("HarmonyOS|OpenHarmony", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X|Macintosh", "Mac"),
    ("Linux|X11", "Linux"),
]


def device_words(user_agent):
    """Browser and system of a User-Agent header; "" when it names neither that we know."""
    found = [first_fitting(user_agent, table) for table in (BROWSERS, SYSTEMS)]
    return " · ".join(word for word in found if word)


def first_fitting(text, table):
    return next((word for pattern, word in table if re.search(pattern, text, re.IGNORECASE)), "")
