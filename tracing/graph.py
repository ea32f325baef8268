"""The trace graph: offers, subjects, registers, and indexes by identifier. Built once, then only read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.errors import NotFoundError, TraceError
from domain.identifiers import gtin
from domain.records import Company, Link, Listing, Trade
from tracing import lines, names, register, subjects, trade_terms
from tracing import links as elementary
from tracing.offers import Offer, PictureHash, Shop, Stock, collect
from tracing.register import Register, code_of, trade_party
from tracing.subjects import HeldBack, Join, Resolution

#: A photo on the pages of more subjects than this is a stock photo or a banner; a bar code sold by more says nothing.
PICTURE_HUB, GTIN_HUB = 12, 30
#: One who supplies so many subjects, of whom no more than this share has a line in common, supplies every trade.
TRADE_HUB, TRADE_HUB_SHARE = 5, 0.6
#: A platform of at least so many shops, this share of which supplies others, is a wholesale platform.
WHOLESALE_SHOPS, WHOLESALE_SHOPS_SHARE = 5, 0.5
#: Pages that are cited for one licence number and maker.
CITED = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """Who stands behind one or several shops. ``id`` is its smallest credit code, else its name, else its first shop.

    ``name`` and ``uscc`` are those of that company; ``companies`` are all (name, code); ``listings`` are keys.
    """

    id: str
    name: str
    uscc: str
    listings: tuple[str, ...]
    shops: tuple[str, ...]
    companies: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What screening says of a listing: the probability that it infringes, and the names and credit codes of the
    holders and authorised parties of the right in question, who then are victims rather than sources.
    """

    score: float
    parties: Collection[str]


class Graph:
    """Everything that the walk looks up. Subjects are numbered (labels); :meth:`subject_of` gives one by its number."""

    def __init__(
        self, stock: Stock, known: Register, resolution: Resolution, trades: Iterable[tuple[Trade, str]]
    ) -> None:
        self.offers: tuple[Offer, ...] = stock.offers
        self.shops: tuple[Shop, ...] = stock.shops
        self.uncited = stock.uncited
        self.register = known
        self.resolution = resolution
        self.places = {offer.key: place for place, offer in enumerate(stock.offers)}
        self.members: dict[int, list[int]] = defaultdict(list)
        for node, label in enumerate(resolution.labels):
            self.members[label].append(node)
        self.party_label = {
            resolution.nodes[node]: resolution.labels[node]
            for node in range(resolution.shop_count, len(resolution.nodes))
        }
        self.suppliers: dict[int, dict[int, list[tuple[Trade, str]]]] = defaultdict(lambda: defaultdict(list))
        self.trades = sorted(
            trades, key=lambda pair: (pair[0].date, pair[0].supplier_uscc, pair[0].buyer_uscc, pair[1])
        )
        for trade, capture in self.trades:
            buyer = self.party_label[trade_party(trade.buyer_uscc)]
            supplier = self.party_label[trade_party(trade.supplier_uscc)]
            if buyer != supplier:
                self.suppliers[buyer][supplier].append((trade, capture))
        self._deals: dict[int, tuple[lines.Lines, lines.Lines]] = {}
        self.trade_hubs = self._trade_hubs()
        self._recognise_wholesale()
        self.joins: dict[int, list[Join]] = defaultdict(list)
        for join in resolution.joins:
            self.joins[resolution.labels[join.left]].append(join)
        self.by_picture: dict[str, list[int]] = defaultdict(list)
        by_gtin: dict[str, list[int]] = defaultdict(list)
        self.claimants: dict[int, set[int]] = defaultdict(set)
        #: Licence number → maker → pages (at most one a subject, :data:`CITED` in all) that name the two together.
        self._licence_sayers: set[tuple[str, int, int]] = set()
        self.licences: dict[str, dict[int, tuple[str, ...]]] = defaultdict(dict)
        for place, offer in enumerate(self.offers):
            self._note_licence(offer)
            for picture in offer.pictures:
                self.by_picture[picture].append(place)
            for identifier in offer.stated:
                if identifier.kind == "gtin" and not identifier.warnings:
                    by_gtin[gtin.as_gtin14(identifier.value)].append(place)
                elif identifier.kind == "company" and identifier.owner == "maker":
                    self.claimants[self.label_of_name(identifier.verbatim)[0]].add(self.label_of(offer))
        #: Wholesale pages by picture and by bar code (GTIN-14), the earliest of each supplier; nothing for a hub.
        pictured = ((picture, self._pages(places, PICTURE_HUB)) for picture, places in self.by_picture.items())
        self.pictured = {picture: pages for picture, pages in pictured if pages}
        coded = ((code, self._pages(places, GTIN_HUB)) for code, places in by_gtin.items())
        self.coded = {code: pages for code, pages in coded if pages}
        held = {(one.kind, one.value) for one in resolution.held_back}
        self.contact_label: dict[tuple[str, str], int] = {}
        for place, shop in enumerate(self.shops):
            for mark in shop.mentions:
                if mark[0] in subjects.CONTACTS and mark not in held:
                    self.contact_label.setdefault(mark, resolution.labels[place])
        self.protected: frozenset[int] = frozenset()
        self.suspicions: Mapping[str, tuple[float, frozenset[int]]] = {}
        self._subjects: dict[int, Subject] = {}

    def _pages(self, places: Sequence[int], most: int) -> tuple[Offer, ...]:
        """The earliest wholesale page of each supplier among these offers; empty when more than ``most`` have one."""
        earliest: dict[int, Offer] = {}
        for place in places:
            offer = self.offers[place]
            if offer.wholesale:
                label = self.label_of(offer)
                known = earliest.get(label)
                if known is None or (offer.since, offer.key) < (known.since, known.key):
                    earliest[label] = offer
        return tuple(earliest[label] for label in sorted(earliest)) if len(earliest) <= most else ()

    def _note_licence(self, offer: Offer) -> None:
        makers = {
            self.label_of_name(one.verbatim)[0]
            for one in offer.stated
            if one.kind == "company" and one.owner == "maker"
        } - {-1}
        numbers = {one.value for one in offer.stated if one.kind == "sc_licence"}
        if len(makers) != 1 or len(numbers) != 1:
            return
        (maker,), (number,) = makers, numbers
        cited = self.licences[number].get(maker, ())
        asked = (number, maker, self.label_of(offer))
        if len(cited) < CITED and asked not in self._licence_sayers:
            self._licence_sayers.add(asked)
            self.licences[number][maker] = (*cited, offer.capture)

    # -- who

    def label_of(self, offer: Offer) -> int:
        """The number of the subject that makes the offer."""
        return self.resolution.labels[offer.shop]

    def label_of_name(self, name: str) -> tuple[int, register.Certainty]:
        """The number of the subject a name leads to; -1 when it leads to none."""
        party, certainty = self.register.party(name)
        return self.party_label.get(party, -1), certainty

    def names_of(self, label: int) -> list[str]:
        """The names of its companies; of a subject without any, those of its shops."""
        parties = self.parties_of(label)
        shops = [self.shops[node].name for node in self.members[label] if node < self.resolution.shop_count]
        return [self.register.name(party) for party in parties] or sorted(shops)

    def deals_in(self, label: int) -> tuple[lines.Lines, lines.Lines]:
        """The lines of business that its names say, and those of which it offers goods."""
        known = self._deals.get(label)
        if known is None:
            said = lines.NONE.union(*map(lines.of_firm, self.names_of(label)))
            known = self._deals[label] = (said, lines.NONE.union(*(offer.lines for offer in self.offers_of(label))))
        return known

    def input_of(self, label: int) -> str:
        """The kind of input that it delivers by the names of all its companies (包装供货 …); ``""`` for goods."""
        kinds = [lines.input_of(self.register.name(party)) for party in self.parties_of(label)]
        return kinds[0] if kinds and all(kinds) else ""

    def _trade_hubs(self) -> dict[int, int]:
        """Suppliers of subjects whose lines of business have nothing in common, with the number of those."""
        buyers: dict[int, list[int]] = defaultdict(list)
        for buyer, suppliers in self.suppliers.items():
            for supplier in suppliers:
                buyers[supplier].append(buyer)
        hubs = {}
        for supplier, supplied in buyers.items():
            if len(supplied) >= TRADE_HUB:
                # what a buyer offers says more of it than a name that fits many goods
                known, alike = lines.widest(self.deals_in(buyer)[1] or self.deals_in(buyer)[0] for buyer in supplied)
                if known >= TRADE_HUB and alike <= TRADE_HUB_SHARE * known:
                    hubs[supplier] = len(supplied)
        return hubs

    def _recognise_wholesale(self) -> None:
        """Mark the offers of platforms most of whose shops supply others, on record or by their own names."""
        self.supplying = {
            supplier
            for suppliers in self.suppliers.values()
            for supplier in suppliers
            if supplier not in self.trade_hubs and not self.input_of(supplier)
        }
        shops: dict[str, list[bool]] = defaultdict(list)
        for place, shop in enumerate(self.shops):
            supplies = self.resolution.labels[place] in self.supplying or trade_terms.is_wholesale_shop(shop.name)
            shops[shop.platform].append(supplies)
        found = {
            name
            for name, supplies in shops.items()
            if len(supplies) >= WHOLESALE_SHOPS and sum(supplies) >= WHOLESALE_SHOPS_SHARE * len(supplies)
        }
        for offer in self.offers:
            offer.wholesale = offer.wholesale or self.shops[offer.shop].platform in found

    def offers_of(self, label: int) -> list[Offer]:
        """Its offers, by key."""
        shops = [node for node in self.members[label] if node < self.resolution.shop_count]
        return [self.offers[place] for place in sorted(place for shop in shops for place in self.shops[shop].offers)]

    def parties_of(self, label: int) -> list[str]:
        """Its party keys, sorted."""
        return [self.resolution.nodes[node] for node in self.members[label] if node >= self.resolution.shop_count]

    def subject_of(self, label: int) -> Subject:
        """The subject of a number."""
        known = self._subjects.get(label)
        if known is None:
            known = self._subjects[label] = self._subject(label)
        return known

    def _subject(self, label: int) -> Subject:
        shops = [self.shops[node] for node in self.members[label] if node < self.resolution.shop_count]
        parties = self.parties_of(label)
        codes = [party for party in parties if not party.startswith("名称:")]
        companies = tuple((self.register.name(party), "" if party.startswith("名称:") else party) for party in parties)
        listings = tuple(sorted(self.offers[place].key for shop in shops for place in shop.offers))
        keys = tuple(sorted(shop.key for shop in shops))
        if codes:
            identity, name, code = codes[0], self.register.name(codes[0]), codes[0]
        elif parties:
            identity, name, code = self.register.name(parties[0]), self.register.name(parties[0]), ""
        else:
            first = min(shops, key=lambda shop: shop.key)
            identity, name, code = first.key, first.name or first.key, ""
        return Subject(identity, name, code, listings, keys, companies)

    def subject(self, listing_key: str) -> Subject | None:
        """The subject that sells a listing; None when the listing is unknown or has no capture to cite."""
        place = self.places.get(listing_key)
        return None if place is None else self.subject_of(self.label_of(self.offers[place]))

    def offer(self, listing_key: str) -> Offer:
        """The offer of a listing. NotFoundError when it is unknown, TraceError when it has no capture to cite."""
        if listing_key in self.uncited:
            raise TraceError(f"商品 {listing_key} 没有采集记录可引用，不能溯源；请重新采集或重新导入")
        place = self.places.get(listing_key)
        if place is None:
            raise NotFoundError(f"没有商品 {listing_key!r}：请用“平台/编号”的形式")
        return self.offers[place]

    @property
    def held_back(self) -> Sequence[HeldBack]:
        """Identifiers shared too widely to join anybody, and suppliers of every trade, each with the reason."""
        hubs = [
            HeldBack("trade", subject.id, count, f"交易登记中向 {count} 个行业各不相关的主体供货，不作为某一商品的来源")
            for subject, count in sorted(
                ((self.subject_of(label), count) for label, count in self.trade_hubs.items()), key=lambda one: one[0].id
            )
        ]
        return (*self.resolution.held_back, *hubs)

    # -- what is linked

    def links(self) -> Iterator[Link]:
        """Every elementary link with its citation (:mod:`tracing.links`), always in the same order."""
        return elementary.links(self)

    def copies(self, picture: str) -> Iterator[tuple[Offer, Offer]]:
        """Retail offers with the wholesale pages of others that show the same picture; none for a stock photo."""
        pages = self.pictured.get(picture, ())
        for offer in (self.offers[place] for place in self.by_picture[picture] if pages):
            if not offer.wholesale:
                yield from ((offer, page) for page in pages if self.label_of(page) != self.label_of(offer))


def build(
    listings: Iterable[Listing],
    *,
    companies: Iterable[tuple[Company, str]] = (),
    trades: Iterable[tuple[Trade, str]] = (),
    picture_hashes: Mapping[str, Sequence[PictureHash]] | None = None,
    seen: Mapping[str, tuple[datetime, datetime]] | None = None,
    wholesale_platforms: Collection[str] = (),
    protected: Iterable[str] = (),
    suspicions: Mapping[str, Suspicion] | None = None,
) -> Graph:
    """The graph. Any order of any argument gives the same graph.

    ``companies`` and ``trades``: register rows, each with the citation of the imported document (``sha256:…#row``);
    without one a row cannot be cited and TraceError says so. ``picture_hashes``: by listing key, 64-bit perceptual
    hashes (int, 8 bytes or 16 hex digits) or any other stable name of a picture. ``seen``: first and last observation
    by key, when ``listings`` holds only the latest. ``wholesale_platforms``: names of platforms known to be wholesale;
    others are recognised by their hosts, by pages that
    sell by quantity, and by shops that supply others. ``protected``: names or credit codes of
    right holders and authorised parties, whose name and photos are what counterfeiters copy. ``suspicions``: by key.
    """
    rows, traded = _cited(companies, "企业登记"), _cited(trades, "交易登记")
    stock = collect(
        listings,
        picture_hashes=picture_hashes or {},
        seen=seen or {},
        wholesale_platforms=frozenset(wholesale_platforms),
    )
    known = register.read(rows, _published(stock.shops))
    parties = {trade_party(code) for trade, _ in traded for code in (trade.supplier_uscc, trade.buyer_uscc)}
    for offer in stock.offers:
        for identifier in offer.stated:
            if identifier.kind == "company":
                party, certainty = known.party(identifier.verbatim)
                parties.add(party)
                if certainty == "未登记":
                    known.shown[party] = min(known.shown.get(party, identifier.verbatim), identifier.verbatim)
    graph = Graph(stock, known, subjects.resolve(stock.shops, known, parties - {""}), traded)
    graph.protected = _labels(graph, protected)
    graph.suspicions = {
        key: (suspicion.score, _labels(graph, suspicion.parties)) for key, suspicion in (suspicions or {}).items()
    }
    return graph


def _cited(rows: Iterable[tuple[register.R, str]], title: str) -> list[tuple[register.R, str]]:
    cited = list(rows)
    for number, (_, capture) in enumerate(cited, start=1):
        if not capture:
            raise TraceError(f"{title}第 {number} 行没有注明来自哪份导入的文件，不能作为溯源依据；请重新导入")
    return cited


def _published(shops: Iterable[Shop]) -> Mapping[str, set[str]]:
    """Names that shops publish together with one credit code."""
    found: dict[str, set[str]] = defaultdict(set)
    for shop in shops:
        codes = [value for kind, value in shop.mentions if kind == "uscc"]
        company = [mention.identifier.verbatim for (kind, _), mention in shop.mentions.items() if kind == "company"]
        if len(codes) == 1 and code_of(codes[0]):
            found[codes[0]].update(name for name in company if names.is_company(name))
    return found


def _labels(graph: Graph, parties: Iterable[str]) -> frozenset[int]:
    """The numbers of the subjects that are meant by names or credit codes."""
    found = {graph.party_label.get(code_of(party), graph.label_of_name(party)[0]) for party in parties if party}
    return frozenset(found - {-1})
