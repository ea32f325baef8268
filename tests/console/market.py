"""A small workspace for the console's tests: real vault, catalog, register and index; hostile listings among them.

``python tests/console/market.py HOME`` builds one with the accounts of :data:`ACCOUNTS`, for tests that start a server.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageDraw

from domain import codec
from domain.records import (
    Authorised,
    Company,
    Finding,
    GeographicalIndication,
    Listing,
    ListingRef,
    Region,
    Right,
    Seller,
    Signal,
    Trade,
    Trademark,
    finding_id,
)
from qingyuan.settings import Settings

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
RUN = "20261120"
PASSWORD = "chengshi-2026-hefa"
#: User name → role.
ACCOUNTS = {"du": "查阅", "ban": "办案", "ban2": "办案", "shen": "审批", "guan": "管理"}

RICE, NOODLE, HOSTILE, PLAIN, FILED = "集市/1001", "集市/1002", "集市/<b>1003&", "集市/1004", "平台文件/7"
SCRIPT = "<script>document.title='OWNED'</script><img src=x onerror=alert(1)>"
RTL, ZERO_WIDTH = "\u202e", "\u200b"

RIGHTS: tuple[Right, ...] = (
    GeographicalIndication(
        id="gi-wuchang",
        sign="五常大米",
        product="大米",
        area=("黑龙江省哈尔滨市五常市",),
        holder="五常市大米协会",
        number="AGI00001",
        authorised=(Authorised(company="五常市稻香米业有限公司"),),
    ),
    Trademark(
        id="tm-ksf",
        sign="康师傅",
        classes=(30,),
        goods=("方便面",),
        holder="顶益（开曼岛）控股有限公司",
        number="1234567",
        valid_to=date(2030, 1, 1),
        reference_price=Decimal("4.5"),
    ),
)


def drawing(text: str, colour: str, size: tuple[int, int] = (480, 360)) -> bytes:
    """A PNG with a coloured box and a word."""
    image = Image.new("RGB", size, "#f4efe4")
    draw = ImageDraw.Draw(image)
    draw.rectangle((size[0] // 6, size[1] // 6, size[0] * 5 // 6, size[1] * 5 // 6), fill=colour)
    draw.text((size[0] // 3, size[1] // 2), text, fill="white")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


PICTURES = {
    "http://market.example/rice-1.png": drawing("RICE", "#7a8b2a"),
    "http://market.example/rice-2.png": drawing("BAG", "#4d6a8a", (300, 420)),
    "http://market.example/noodle.png": drawing("NOODLE", "#a3261b"),
    "http://market.example/evil.png": b"<html><script>document.title='OWNED'</script></html>",
    "http://market.example/evil.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
}
PAGE = (
    "<!doctype html><html><head><title>五常大米</title><script>document.title='OWNED'</script>"
    "<style>b{{}}</style></head><body><h1>{title}</h1><p>产地 江苏</p><img src=x onerror=alert(1)></body></html>"
)


def _listings(captures: dict[str, str]) -> list[Listing]:
    shop = Seller(
        name="稻花香专营店",
        ref="s1",
        url="http://market.example/shop/1",
        company="连云港丰收粮油有限公司",
        uscc="91320700MA1XXXXX0A",
        location="江苏 连云港",
        contacts=("微信 daohuaxiang88", "13800001111"),
    )
    rice = Listing(
        platform="集市",
        ref="1001",
        url="http://market.example/item/1001",
        title="正宗五常大米 稻花香2号 东北长粒香 10斤装 新米",
        description="产自黑土地的好米，现磨现发。",
        price=Decimal("39.90"),
        currency="CNY",
        sales=12500,
        claims={"品牌": "稻花香", "产地": "江苏连云港", "生产厂家": "连云港丰收粮油有限公司", "价格": "￥39.90"},
        seller=shop,
        ships_from="江苏连云港",
        category=("粮油", "大米"),
        images=(
            "http://market.example/rice-1.png",
            "http://market.example/rice-2.png",
            "http://market.example/gone.png",
        ),
        observed_at=NOW,
        capture=captures["1001"],
    )
    noodle = Listing(
        platform="集市",
        ref="1002",
        url="http://market.example/item/1002",
        title="康帅傅红烧牛肉面 整箱24袋",
        price=Decimal("29"),
        currency="CNY",
        sales=860,
        claims={"品牌": "康帅傅"},
        seller=shop,
        images=("http://market.example/noodle.png",),
        observed_at=NOW,
        capture=captures["1002"],
    )
    hostile = Listing(
        platform="集市",
        ref="<b>1003&",
        url="javascript:alert(1)",
        title=f"{SCRIPT}五{ZERO_WIDTH}常大米 {RTL}米大",
        description="长" * 1_000_000,
        claims={SCRIPT: f'"><script>alert(2)</script>{RTL}', "产地": "x" * 5000, "很长很长很长很长的属性名" * 4: "值"},
        seller=Seller(name=SCRIPT, company=f"{RTL}公司", contacts=(SCRIPT,)),
        ships_from=SCRIPT,
        category=(SCRIPT,),
        images=("http://market.example/evil.png", "http://market.example/evil.svg", "javascript:alert(1)"),
        observed_at=NOW,
        capture=captures["1003"],
    )
    plain = Listing(
        platform="集市",
        ref="1004",
        url="http://market.example/item/1004",
        title="小米粥原料 山西沁州黄小米",
        seller=Seller(name="晋味坊"),
        observed_at=NOW,
        capture=captures["1004"],
    )
    filed = Listing(
        platform="平台文件",
        ref="7",
        url="http://other.example/7",
        title="五常大米 江苏发货",
        seller=Seller(name="批发老李", contacts=("13800001111",)),
        images=("pictures/7.png",),
        observed_at=NOW,
        capture=captures["file"] + "#7",
    )
    return [rice, noodle, hostile, plain, filed]


def _signals(rice: Listing) -> dict[str, tuple[str, float, str, tuple[Signal, ...]]]:
    """Listing key → right, score, tier, signals."""
    gi = (
        Signal(
            name="gi.origin",
            score=2.4,
            detail="声称的产地“江苏连云港”不在“五常大米”的保护范围内。",
            listing_value="江苏连云港",
            right_value="黑龙江省哈尔滨市五常市",
        ),
        Signal(
            name="gi.name",
            score=1.3,
            detail="标题使用了地理标志名称“五常大米”。",
            listing_value="五常大米",
            right_value="五常大米",
        ),
        Signal(
            name="image.copy",
            score=0.8,
            detail="第一张图片与登记的真品照片的一部分相同。",
            region=Region(x=80, y=60, width=320, height=240, image=rice.images[0]),
        ),
        Signal(
            name="price",
            score=-0.6,
            detail="价格与同类商品的中位数相近，没有明显偏低。",
            listing_value="39.90",
            right_value="41.00",
        ),
    )
    look = (
        Signal(
            name="name.look",
            score=3.1,
            detail="“康帅傅”与注册商标“康师傅”只差一个形近字。",
            listing_value="康帅傅",
            right_value="康师傅",
        ),
        Signal(name="seller.authorised", score=0.2, detail="卖家不在权利人的授权名单中。"),
    )
    nasty = (Signal(name="x", score=1.0, detail=SCRIPT, listing_value=SCRIPT, right_value=f"{RTL}abc"),)
    return {
        RICE: ("gi-wuchang", 0.964, "高", gi),
        NOODLE: ("tm-ksf", 0.71, "中", look),
        HOSTILE: ("gi-wuchang", 0.32, "低", nasty),
        FILED: ("gi-wuchang", 0.9, "高", gi[:2]),
    }


def build(settings: Settings) -> None:
    """Write everything under ``settings.home`` but the index, which needs the database of judgements."""
    from evidence.vault import Vault
    from qingyuan import registers, rights, runs
    from qingyuan.stages.ingest import ingest
    from qingyuan.workspace import Workspace

    home = settings.home
    vault = Vault(home / "vault")
    captures: dict[str, str] = {}
    with vault.writer(RUN, "market") as writer:

        def page(url: str, body: bytes, kind: str, status: int = 200) -> str:
            return writer.response(
                url=url,
                method="GET",
                request_headers=[(b"user-agent", b"test")],
                status=status,
                reason="OK",
                headers=[(b"content-type", kind.encode())],
                body=body,
                at=NOW,
                ip="127.0.0.1",
            ).digest

        for ref in ("1001", "1002", "1003", "1004"):
            body = PAGE.format(title=f"商品 {ref} 五常大米").encode()
            captures[ref] = page(f"http://market.example/item/{ref}", body, "text/html; charset=utf-8")
        for url, data in PICTURES.items():
            page(url, data, "image/png")
        page("http://market.example/gone.png", b"not found", "text/plain", 404)
    captures["file"] = vault.put_file(b"title\n7\n", name="platform.csv", media_type="text/csv", at=NOW).digest
    listings = _listings(captures)

    run = runs.start(home, RUN, kind="crawl", now=NOW)
    by_platform: dict[str, list[Listing]] = {}
    for listing in listings:
        by_platform.setdefault(listing.platform, []).append(listing)
    for platform, each in by_platform.items():
        lines = b"".join(codec.encode(listing) + b"\n" for listing in sorted(each, key=lambda x: x.key))
        runs.write_atomically(run.platform(platform) / "listings.jsonl", lines)

    register = home.parent / f"{home.name}-rights.jsonl"
    register.write_bytes(b"".join(codec.encode(right) + b"\n" for right in RIGHTS))
    rights.import_file(register, home=home, now=NOW)
    companies = home.parent / f"{home.name}-companies.jsonl"
    companies.write_bytes(
        b"".join(
            codec.encode(company) + b"\n"
            for company in (
                Company(name="连云港丰收粮油有限公司", uscc="91320700MA1XXXXX0A", address="江苏省连云港市"),
                Company(name="赣榆区万家粮油批发部", uscc="92320707MA2YYYYY1B", address="江苏省连云港市赣榆区"),
            )
        )
    )
    registers.import_file(companies, kind="companies", home=home, now=NOW)
    trades = home.parent / f"{home.name}-trades.jsonl"
    trade = Trade(
        supplier_uscc="92320707MA2YYYYY1B", buyer_uscc="91320700MA1XXXXX0A", date=date(2026, 9, 1), quantity="20 吨"
    )
    trades.write_bytes(codec.encode(trade) + b"\n")
    registers.import_file(trades, kind="trades", home=home, now=NOW)

    workspace = Workspace(settings)
    try:
        ingest(workspace)
        judged = []
        wanted = _signals(listings[0])
        for entry in workspace.catalog.entries():
            found = []
            if entry.key in wanted:
                right, score, tier, signals = wanted[entry.key]
                found.append(
                    Finding(
                        id=finding_id(entry.key, right),
                        listing=ListingRef(key=entry.key, capture=entry.capture),
                        right=right,
                        score=score,
                        tier=tier,  # type: ignore[arg-type]
                        signals=signals,
                        detector="test",
                        model="test-1",
                    )
                )
            judged.append((entry, found))
        workspace.catalog.screened("test", judged)
        workspace.catalog.assign_subjects(dict.fromkeys((RICE, NOODLE, FILED), ("s:1", "连云港丰收粮油有限公司")))
    finally:
        workspace.close()


def main() -> None:
    """Build a whole workspace at the folder that is named, with accounts and index."""
    from console.start import ready
    from qingyuan.settings import load
    from qingyuan.stages.index import index
    from qingyuan.workspace import Workspace

    settings = load(home=Path(sys.argv[1]).absolute())
    build(settings)
    ready(settings)
    from console import accounts

    for name, role in ACCOUNTS.items():
        accounts.create(name, PASSWORD, [role], name=f"{name} 警官")
    workspace = Workspace(settings)
    index(workspace)
    workspace.close()


if __name__ == "__main__":
    main()
