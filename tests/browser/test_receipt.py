"""The receipt on paper: one slip that names the number and what happens by when, and nothing else."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.matrix import languages
from tests.browser.phone import Phone
from webapp.grievances.labels import STATUSES
from webapp.grievances.rules import Status

PAGE = re.compile(rb"/Type\s*/Page\b")


@pytest.mark.parametrize("language", languages("ur"))
def test_a_receipt_on_paper(phone: Callable[[str], Phone], language: str) -> None:
    elder = phone(language)
    elder.enter("demo-representative")
    elder.open("grievances")
    gone = elder.say(STATUSES[Status.WITHDRAWN])  # by another test
    elder.page.locator(".inbox li").filter(has_not_text=gone).locator("h2 a").first.click()
    elder.press("Receipt")
    elder.seen("receipt")
    number = elder.page.locator(".code").inner_text()
    said = elder.page.locator(".said bdi").all_inner_texts()
    elder.page.emulate_media(media="print")
    told = elder.page.locator("body").inner_text()
    for words in (number, *said, elder.say("What happens now")):
        assert words in told
    for gone in ("header", "footer", ".menu", "main a", "main li.no-print", ".notice"):
        for one in elder.page.locator(gone).all():
            expect(one).to_be_hidden()
    for paper in ("A4", "A6"):
        assert len(PAGE.findall(elder.page.pdf(format=paper))) == 1, paper
