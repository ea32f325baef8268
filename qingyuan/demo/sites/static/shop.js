"use strict";
// Draws every page of the shop. Text goes in through textContent only.
(function () {
  const app = document.getElementById("app");
  const channels = [["chuan", "穿搭"], ["mei", "美妆"], ["chi", "吃喝"], ["yong", "好物"]];

  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    for (const child of children) if (child !== null && child !== undefined) node.append(child);
    return node;
  }

  function bar() {
    const links = channels.map(([key, name]) => el("a", { href: "/channel/" + key }, name));
    return el("div", { class: "bar" }, "快选商城", el("a", { href: "/" }, "推荐"), ...links, el("a", { href: "/order/mine" }, "我的订单"));
  }

  function draw(main) {
    main.setAttribute("data-ready", "1");
    app.replaceChildren(bar(), main);
  }

  function cards(data, path) {
    const list = data.list.map((one) =>
      el("a", { href: "/goods/" + one.i }, el("img", { src: one.m, loading: "lazy" }), el("b", {}, one.p || "询价"), one.t));
    const steps = [];
    for (let step = 1; step <= data.last; step += 1) steps.push(el("a", { href: step > 1 ? path + "/" + step : path }, " " + step + " "));
    return el("main", {}, el("div", { class: "cards" }, ...list), data.last > 1 ? el("p", {}, "页：", ...steps) : null);
  }

  function goods(g) {
    document.title = g.t;
    const store = el("div", { class: "store" },
      el("a", { class: "store-name", href: "/store/" + g.w.r }, g.w.n), " · ", el("span", { class: "store-place" }, g.w.l),
      g.w.c ? el("div", {}, "经营主体：", el("span", { class: "store-company" }, g.w.c)) : null,
      g.w.u ? el("div", {}, "信用代码：", el("span", { class: "store-code" }, g.w.u)) : null,
      ...g.w.k.map((one) => el("div", {}, "联系：", el("span", { class: "store-contact" }, one))));
    const info = el("div", { class: "info" },
      el("h1", {}, g.t),
      g.u ? el("span", { class: "used" }, "二手") : null,
      g.p ? el("div", { class: "now-price" }, g.p) : el("div", {}, "暂无报价"),
      g.s ? el("div", { class: "sold" }, "已售 ", el("b", {}, g.s)) : null,
      g.f ? el("div", { class: "ship-from" }, "发货：", el("b", {}, g.f)) : null,
      store);
    const path = g.c.map((part) => el("a", { href: "/channel/" + g.h }, part));
    const params = g.a.map(([name, value]) => el("li", {}, el("span", {}, name), el("em", {}, value)));
    return el("main", { class: "goods" },
      el("nav", { class: "path" }, ...path),
      el("div", { class: "top" }, el("div", { class: "gallery" }, ...g.m.map((src) => el("img", { src }))), info),
      el("h3", {}, "参数"), el("ul", { class: "params" }, ...params),
      el("h3", {}, "详情"), el("div", { class: "detail-text" }, g.x));
  }

  async function ask(path) {
    const answer = await fetch(path);
    const body = await answer.json();
    if (body.code !== 0) throw new Error(body.msg || "出错了");
    return body.data;
  }

  async function open() {
    const [, kind, key, step] = location.pathname.split("/");
    if (kind === "goods") {
      const state = window.__S__;
      if (state) {
        const bytes = Uint8Array.from(atob(state), (sign) => sign.charCodeAt(0));
        return goods(JSON.parse(new TextDecoder().decode(bytes)).goods);
      }
      return goods(await ask("/api/goods?id=" + encodeURIComponent(key)));
    }
    if (kind === "channel") return cards(await ask("/api/channel?key=" + key + "&page=" + (step || 1)), "/channel/" + key);
    if (kind === "store") return cards(await ask("/api/store?key=" + key), location.pathname);
    if (kind === "find") return cards(await ask("/api/find?key=" + key), location.pathname);
    return cards(await ask("/api/home"), "/");
  }

  open().then(draw, (error) => draw(el("main", { class: "failed" }, String(error.message))));
})();
