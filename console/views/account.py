"""Log in and out, change one's password; for those who manage accounts, the accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from console import accounts, audit
from console.logins import address
from console.roles import ROLE_NAMES
from console.views import errors
from console.views.access import needs, officer
from domain.errors import NotFoundError, UsageError


class Login(auth.LoginView):
    """The login page."""

    template_name = "console/login.html"
    redirect_authenticated_user = True


def locked(request: HttpRequest, response: HttpResponse | None, credentials: Mapping[str, Any] | None) -> HttpResponse:
    """What someone sees who failed too often."""
    return errors.page(
        request,
        429,
        "登录已锁定",
        "登录失败次数过多，本账号在这台设备所在地址上锁定 15 分钟：请稍后再试，或联系管理账号的同事。",
    )


class Password(auth.PasswordChangeView):
    """Change one's own password."""

    template_name = "console/password.html"
    success_url = reverse_lazy("home")

    @method_decorator(sensitive_post_parameters())
    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(*args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            audit.append("password", actor=officer(self.request).get_username(), address=address(self.request))
        messages.success(self.request, "密码已修改。")
        return response


_ROLES = forms.MultipleChoiceField(
    label="角色", choices=[(role, role) for role in ROLE_NAMES], widget=forms.CheckboxSelectMultiple, required=False
)


class NewAccount(forms.Form):
    """An account to create."""

    username = forms.CharField(label="用户名", max_length=150)
    name = forms.CharField(label="姓名", max_length=60)
    password = forms.CharField(label="初始密码", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    roles = _ROLES

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError("这个用户名已被使用。")
        return username


class Change(forms.Form):
    """What may be changed of an account."""

    name = forms.CharField(label="姓名", max_length=60, required=False)
    roles = _ROLES
    active = forms.BooleanField(label="可以登录", required=False)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@needs("accounts")
def every(request: HttpRequest) -> HttpResponseBase:
    """All accounts, and the form for a new one."""
    form = NewAccount(request.POST or None, prefix="new", label_suffix="")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            accounts.create(
                data["username"], data["password"], data["roles"], name=data["name"], by=officer(request).get_username()
            )
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已新建账号 {data['username']}。")
            return redirect("accounts")
    listed = User.objects.prefetch_related("groups").order_by("-is_active", "username")
    return render(request, "console/accounts.html", {"accounts": listed, "form": form})


@require_http_methods(["GET", "POST"])
@needs("accounts")
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Name, roles and state of one account."""
    user = User.objects.filter(pk=pk).first()
    if user is None:
        raise NotFoundError("没有这个账号：请从账号列表进入")
    initial = {
        "name": user.first_name,
        "active": user.is_active,
        "roles": list(user.groups.values_list("name", flat=True)),
    }
    form = Change(request.POST or None, initial=initial, label_suffix="")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        me = officer(request)
        if user.pk == me.pk and ("管理" not in data["roles"] or not data["active"]):
            form.add_error(None, "不能取消自己的管理角色或停用自己的账号：请由另一名管理人员操作。")
        else:
            accounts.change(
                user,
                roles=data["roles"],
                active=data["active"],
                name=data["name"],
                by=me.get_username(),
                address=address(request),
            )
            messages.success(request, f"已保存账号 {user.get_username()}。")
            return redirect("accounts")
    return render(request, "console/account.html", {"account": user, "form": form})
