"""Login walls, challenges and refusals: such a page is a failure, never data. Nothing here tries to pass one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawlers.page import Page

#: Statuses with which a site says no to a robot.
_STATUSES = {
    401: "要求登录（401）",
    403: "拒绝访问（403）",
    407: "要求代理认证（407）",
    429: "请求过多（429）",
    451: "依法不可用（451）",
}
_LOGIN_HOST = re.compile(r"^(?:login|passport|account|sso|auth|reg|plogin)\d*\.", re.IGNORECASE)
_LOGIN_PATH = re.compile(
    r"/(?:login|signin|sign-in|passport|account/login|member/login\.jhtml|mlogin|newlogin)(?![\w-])", re.IGNORECASE
)
_CHALLENGE_URL = re.compile(
    r"_____tmd_____|/punish\b|sec\.taobao\.com|anti_?spider|cfe\.m\.jd\.com|risk_handler|/captcha\b|/verify\.html|psnl_verification|verifycenter",
    re.IGNORECASE,
)
#: What challenge pages carry: x5sec (淘宝, 天猫, 1688), 京东, 拼多多, Cloudflare, DataDome.
_CHALLENGES = (
    b"x5secdata",
    b"_____tmd_____",
    b"rgv587_flag",
    b"FAIL_SYS_USER_VALIDATE",
    b"RGV587_ERROR",
    b"cf-browser-verification",
    b"cf_chl_opt",
    b"challenge-platform",
    b"captcha-delivery.com",
    b"nc_1_nocaptcha",
    b"geetest_",
    b"Just a moment...",
    b"Attention Required! | Cloudflare",
)
#: How the walls of 淘宝, 天猫, 1688 and 闲鱼 say in a script what they want of the visitor.
_WANTED = re.compile(rb'_config_\s{0,9}=\s{0,9}\{\s{0,9}"action"\s{0,9}:\s{0,9}"(captcha|deny|login)"')
_WORDS = re.compile(
    "请?(?:完成|进行)?(?:安全验证|滑动验证|身份验证|人机验证)|请(?:拖动|按住)滑块|访问(?:过于|太)频繁|访问被拒绝|请输入验证码|网络环境存在风险"
)
_LOGIN_WORDS = re.compile(
    "(?:请先?|需要|您还未|您尚未)(?:登录|登陆)(?:后|再|才能|以|查看)?|(?:FAIL_SYS_SESSION_EXPIRED|need_?login)",
    re.IGNORECASE,
)
#: A challenge page is small; a product page may mention verification somewhere in its scripts.
_SMALL = 60_000


def wall(url: str) -> str:
    """Why a URL is a login wall or a challenge, as a Chinese clause; "" when it is neither."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if _CHALLENGE_URL.search(url):
        return "被转到验证页"
    if _LOGIN_HOST.match(parts.hostname or "") or _LOGIN_PATH.search(parts.path):
        return "被转到登录页"
    return ""


def blocked(page: Page, *, expected: bool) -> str:
    """Why a page that held no listing is a block, as a Chinese clause; "" when it is just a page.

    ``expected``: its address promised a product. Elsewhere a word on logging in (in a cart, say) means nothing.
    Redirects into a wall are seen before, by :func:`wall`.
    """
    if page.status in _STATUSES:
        return _STATUSES[page.status]
    if len(page.body) > _SMALL and page.status == 200:
        return ""
    if any(mark in page.body for mark in _CHALLENGES):
        return "是验证页（滑块、验证码或浏览器检查）"
    wanted = _WANTED.search(page.body)
    if wanted:
        return "要求登录后查看" if wanted[1] == b"login" else "是验证页（滑块、验证码或浏览器检查）"
    text = page.text
    if _WORDS.search(text):
        return "是验证页（页面要求安全验证）"
    if expected and _LOGIN_WORDS.search(text) and (page.is_json or len(text) < 8_000):
        return "要求登录后查看"
    return ""
