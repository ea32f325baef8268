"""Errors as pages: one Chinese sentence, and the way back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from domain import errors

_STATUS: tuple[tuple[type[errors.QingyuanError], int], ...] = (
    (errors.NotFoundError, 404),
    (errors.UsageError, 400),
    (errors.QueryError, 400),
    (errors.InputError, 422),
    (errors.BusyError, 503),
    (errors.BackendError, 503),
)


def page(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    """The page of any error."""
    return render(request, "console/error.html", {"title": title, "sentence": sentence}, status=status)


def sentence(request: HttpRequest, error: errors.QingyuanError) -> HttpResponse:
    """The page of an error of our tree."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    title = {404: "没有找到", 400: "无法执行", 503: "暂时不可用"}.get(status, "出错了")
    return page(request, status, title, str(error))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our own page, or whose session has ended."""
    return page(request, 403, "表单已失效", "登录可能已过期，或表单不是从本系统的页面提交的：请返回、刷新后重试。")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return page(request, 400, "请求无效", "请求的格式不正确：请从页面上的链接或表单进入。")


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return page(request, 403, "没有权限", "您的角色不包含这项操作：如工作需要，请联系管理账号的同事。")


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return page(request, 404, "没有找到", "没有这个页面：请检查地址，或回到检索页。")


def broken(request: HttpRequest) -> HttpResponse:
    """500: the page must not depend on anything that may just have failed."""
    return HttpResponse(
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>出错了 · 清源</title>'
        "<h1>出错了</h1><p>系统内部出错，错误已记录到服务器日志：请稍后重试，或联系维护人员。</p>",
        status=500,
    )
