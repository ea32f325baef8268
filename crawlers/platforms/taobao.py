"""淘宝: item pages (item.taobao.com), tried on the saved page of tests/pages/taobao_item, and data of its shapes."""

from __future__ import annotations

from crawlers import prices
from crawlers.offer import Offer, Reading
from crawlers.page import Page
from crawlers.platform import Platform
from crawlers.platforms import alibaba, embedded, taobao_data
from crawlers.platforms.alibaba import text
from domain.records import Seller


def _seller(page: Page, script: str, claims: dict[str, str]) -> Seller:
    shop = page.tree.css_first(".tb-shop-name a")
    nick = embedded.quoted(script, "sellerNick")
    for name, css in (("描述评分", 0), ("服务评分", 1), ("物流评分", 2)):
        scores = page.tree.css(".tb-shop-rate dd")
        if len(scores) > css and (shown := text(scores[css])):
            claims[name] = shown
    badges = [node.attributes.get("title") or "" for node in page.tree.css(".tb-shop-icon a[title]")]
    credit = page.tree.css_first("#J_ShopInfo")
    for name, value in (
        ("掌柜", nick),
        ("店铺编号", embedded.quoted(script, "shopId")),
        ("卖家信用", (credit.attributes.get("data-creditscore") or "") if credit is not None else ""),
        ("卖家资质", "、".join(badge for badge in badges if badge)),
    ):
        if value:
            claims[name] = value
    return Seller(
        name=(text(shop) if shop is not None else "") or embedded.quoted(script, "shopName"),
        ref=embedded.quoted(script, "sellerId"),
        url=(shop.attributes.get("href") or "") if shop is not None else "",
        contacts=alibaba.wangwang(nick),
    )


def _location(page: Page, title: str, nick: str) -> str:
    """Where the goods ship from: the last word of the keywords, which read ``title nick place``."""
    meta = page.tree.css_first('meta[name="keywords"]')
    words = ((meta.attributes.get("content") or "") if meta is not None else "").removeprefix(title).split()
    return words[1] if len(words) == 2 and words[0] == nick else ""


def item(page: Page) -> Reading:
    """The product of an item page; nothing when the page is not one."""
    if b"g_config" not in page.body or b"idata" not in page.body:
        return Reading()
    script = page.text
    heading = page.tree.css_first("h3.tb-main-title")
    title = ((heading.attributes.get("data-title") or "") if heading is not None else "") or text(heading)
    ref = embedded.quoted(script, "itemId")
    if not title or not ref:
        return Reading()
    claims = alibaba.attributes(page, "ul.attributes-list li")
    for name, value in alibaba.options(page).items():
        claims.setdefault(name, value)
    shown = text(page.tree.css_first("#J_StrPrice"))
    price = prices.read(shown)
    sold = text(page.tree.css_first("#J_SellCounter"))
    stock = text(page.tree.css_first("#J_SpanStock"))
    for name, value in (
        ("价格", shown),
        ("销量", sold.strip("-")),
        ("库存", stock),
        ("类目编号", embedded.quoted(script, "cid")),
    ):
        if value:
            claims[name] = value
    canonical = page.tree.css_first('link[rel="canonical"]')
    pictures = [*embedded.strings(script, "auctionImages"), *alibaba.option_pictures(page)]
    offer = Offer(
        title=title,
        source="taobao",
        url=(canonical.attributes.get("href") or "") if canonical is not None else "",
        ref=ref,
        description=text(page.tree.css_first("p.tb-subtitle")),
        price=price.low if price else None,
        currency=price.currency if price else "",
        sales=prices.sold(sold),
        claims=claims,
        seller=_seller(page, script, claims),
        ships_from=_location(page, title, embedded.quoted(script, "sellerNick")),
        images=tuple(dict.fromkeys(alibaba.original(url) for url in pictures)),
    )
    return Reading(offers=(offer,))


def read(page: Page) -> Reading:
    """An item page, a search page, or either as JSON."""
    if page.is_json:
        answer = embedded.document(page)
        return taobao_data.search(answer, page.url) if embedded.dig(answer, "mods") else taobao_data.item(answer)
    if b"g_page_config" in page.body:
        return taobao_data.search(embedded.after(page.text, "g_page_config"), page.url)
    if "//s.taobao.com/" in page.url:
        return Reading(notes=("淘宝搜索页里没有 g_page_config，页面形式可能已变",))
    return item(page)


TAOBAO = Platform(
    name="taobao",
    title="淘宝",
    # Search results of 淘宝 name 天猫 items as well; their pages are read by the platform tmall.
    hosts=("taobao.com", "tmall.com"),
    read=read,
    product_url=r"^https?://(?:item|world|a\.m|h5\.m)\.taobao\.com/.*?[?&/]id=(\d{5,20})|^https?://world\.taobao\.com/item/(\d{5,20})",
    search="https://s.taobao.com/search?q={term}",
    delay=5.0,
    concurrency=1,
    floor=10,
)
