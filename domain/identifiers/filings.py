"""Numbers without a check digit (trademark, CCC certificate, ICP filing): patterns; only the register can decide."""

from __future__ import annotations

import re

from domain.identifiers.checked import Checked, squeeze

# a domestic number has up to eight digits and, for a division, a letter; G marks an international (Madrid) one
_TRADEMARK = re.compile(r"(?:第)?(G?\d{5,8}[A-Z]{0,2}|G\d{5,8}[A-Z]{0,2})(?:号)?", re.ASCII)
_CCC = re.compile(r"(?:CCC|3C)?((?:19|20)\d{14})", re.ASCII)
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕秦甘陇青宁新港澳台"
_ICP = re.compile(rf"([{_PROVINCES}])ICP(备|证)(?:B2)?(\d{{6,10}})号(\d{{1,4}})?", re.ASCII)


def parse_trademark(text: str) -> Checked | None:
    """商标注册号: ``第1234567号`` or ``1234567``; international ``G1234567``.

    >>> parse_trademark("第 1234567 号").value
    '1234567'
    """
    match = _TRADEMARK.fullmatch(squeeze(text))
    return Checked(kind="trademark_number", value=match[1], verbatim=text) if match else None


def parse_ccc(text: str) -> Checked | None:
    """强制性产品认证证书编号: 16 digits that begin with the year."""
    match = _CCC.fullmatch(squeeze(text))
    return Checked(kind="ccc", value=match[1], verbatim=text) if match else None


def parse_icp(text: str) -> Checked | None:
    """ICP 备案号 of a site: 豫ICP备12345678号-1; the value leaves out the number of the site (``-1``).

    >>> parse_icp("豫ICP备12345678号-1").value
    '豫ICP备12345678号'
    """
    match = _ICP.fullmatch(squeeze(text))
    return Checked(kind="icp", value=f"{match[1]}ICP{match[2]}{match[3]}号", verbatim=text) if match else None
