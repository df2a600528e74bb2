"""What no text may hold, and what only looks like it. Every number, address and name here is synthetic."""

import pytest

from tests.texts.judging import area_refused, refused

REFUSED = {
    "cnic": [
        "35202-1234567-1",
        "My card is 3520212345671.",
        "CNIC#11101-7654321-9",
        "35202 1234567 1",
        "35202.1234567.1",
        "35202_1234567_1",
        "35202/1234567/1",
        "35202, 1234567, 1",
        "35202 - 1234567 - 1",
        "35202–1234567—1",
        "35202−1234567−1",
        "35202-12345671",
        "352021234567-1",
        "352 02 12345 671",
        "3 5 2 0 2 1 2 3 4 5 6 7 1",
        "35202-123-4567-1 2024",
        "۳۵۲۰۲-۱۲۳۴۵۶۷-۱",
        "میرا شناختی کارڈ نمبر ۳۵۲۰۲۱۲۳۴۵۶۷۱ بلاک ہے",
        "زما کارډ ۲۱۳۰۴ ۷۶۵۴۳۲۱ ۵ بند دی",
        "٣٥٢٠٢-١٢٣٤٥٦٧-١",
        "35۲۰۲-١٢٣4567-۱",
        "۳۵۲۰۲ـ۱۲۳۴۵۶۷ـ۱",
        "３５２０２-１２３４５６７-１",
        "३५२०२-१२३४५६७-१",
        "35202\u200c-\u200f1234567\u202c-1",
        "3\u200b5\u200d2\u20600\ufeff2\u00ad1\u200e2\u200f3\u061c4\u180e5\u20616\u034f7\ufe0f1",
        "35202\u00a01234567\u20091",
        "35202\n1234567\n1",
        "3\u03335\u03332\u03330\u03332\u0333-1234567-1",
        "352021234567123",
        "On 12-11-2025 they took card 35202-1234567-1 away",
        "کارڈ:35202\u200f1234567\u200f1",
    ],
    "mobile": [
        "0300-1234567",
        "03001234567",
        "call 0345 123 4567",
        "0300 12 34 567",
        "0 3 0 0 1 2 3 4 5 6 7",
        "(0333) 1234567",
        "0333/1234567",
        "0333, 1234567",
        "0333.123.45.67",
        "+923001234567",
        "+92 300 1234567",
        "+92-300-1234567",
        "+92 (0)300 1234567",
        "+92(300)1234567",
        "+92 0300 1234567",
        "0092 300 1234567",
        "00923001234567",
        "92 300 1234567",
        "923001234567",
        "300-1234567",
        "3001234567",
        "۰۳۰۰-۱۲۳۴۵۶۷",
        "فون ۰۳۴۵۱۲۳۴۵۶۷ پر رابطہ کریں",
        "٠٣٠٠١٢٣٤٥٦٧",
        "+۹۲ ۳۰۰ ۱۲۳۴۵۶۷",
        "۰۰۹۲۳۰۰۱۲۳۴۵۶۷",
        "0۳٠0 – 1۲٣4567",
        "03\u200c00\u200b12\u202a34567",
        "۰۳۰۰ـ۱۲۳۴۵۶۷",
        "03001234567,03111234567",
        "on 03-11-2025 ring 0311-7654321",
        "+93 70 123 4567",
        "00971501234567",
    ],
    "email": [
        "someone@example.org",
        "some.one+x@mail.example.com.pk",
        "someone @ example . org",
        "لکھیں someone@example.orgپر",
        "someone\u200b@example\u200d.org",
        "ｓｏｍｅｏｎｅ＠ｅｘａｍｐｌｅ．ｏｒｇ",
        "someone@gmail",
        "someone (at) example.org",
        "someone[at]gmail dot com",
        "someone at gmail",
        "ای میل someone@example۔org",
        "123@example.org",
    ],
    "url": [
        "http://example.org/x",
        "HTTPS://EXAMPLE.ORG",
        "https : // example.org",
        "www.example.org",
        "www . example",
        "see facebook.com/x",
        "Facebook dot com",
        "facebook . com / page",
        "ویڈیو facebook۔com پر ہے",
        "goo.gl/maps",
        "goo . gl / maps/abc",
        "https://maps.app.goo.gl/abc",
        "wa.me/923",
        "t.me/channel",
        "youtu.be/abc",
        "bit.ly/abc",
        "x.com/abc",
        "tribune.com.pk",
        "kp.gov.pk/forms",
        "example.co.uk",
        "tiktok.com/@abc",
        "پرfacebook.comدیکھیں",
        "fb\u200c.com",
        "فیس بک ڈاٹ کام",
        "ftp://example",
        "geo.tv/latest",
    ],
    "coordinates": [
        "33.12, 70.45",
        "33.12,70.45",
        "33.1234 70.4512",
        "70.4512, 33.1234",
        "(33.123; 70.451)",
        "33.12N 70.45E",
        "33.12° N, 70.45° E",
        "N 33.123 E 70.456",
        "lat 33.1 lon 70.4",
        "Latitude: 33.1",
        "33°07'12\" 70°27'00\"",
        "33°07′12″N",
        "33º07'",
        "33 deg 7 min",
        "33 07 12 N, 70 27 00 E",
        "N33 07.2 E70 27.0",
        "۳۳٫۱۲، ۷۰٫۴۵",
        "۳۳.۱۲، ۷۰.۴۵",
        "٣٣٫١٢٣ ٧٠٫٤٥٦",
        "۳۳۔۱۲، ۷۰۔۴۵",
        "عرض بلد ۳۳.۱",
        "33.12 شمال 70.45 مشرق",
        "33\u200c.12\u200e,\u200f70.45",
        "8J5J4FR7+2Q",
        "4FR7+2Q Bannu",
        "42S XB 12345 67890",
        "///three.word.place",
        "48.8584, 2.2945",
        "33.1234 and 70.4512",
    ],
}
ALLOWED = [
    "150 houses were burned in 2014",
    "From 2014-2018 and 2019 - 2022 nothing was paid",
    "2014 2015 2016 2017 2018",
    "Rs 5,000,000 and 400,000 were promised; Rs0.4 million came",
    "PKR 5000000 for 1200 families",
    "3,000,000,000 rupees of the fund",
    "Rs 3000000000 of the fund",
    "5 000 000 rupees",
    "On 12/11/2025 and 03-11-2025, 150 houses",
    "03-11-2025 150 houses were searched",
    "5-1-2024 - 5-10-2024",
    "2025-11-03 10:30",
    "03.11.2025 to 15.12.2025",
    "FIR No. 123/2024 under 302/324/34 PPC and 7 ATA",
    "Article 247 and section 144; Act XXV of 2018",
    "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11",
    "Call 15, 1122 or 1043",
    "9280123",
    "Ward 12, Chak 45, 3.5 km from the road",
    "33.33%, 66.67% of the families",
    "Prices rose from 25.50 to 65.75",
    "It was 45°C, then 39.5° in May",
    "4G+3G, 2+2",
    "Rs.500/unit, No.5, Distt.Bannu",
    "The road.No water. A clinic.In winter closed",
    "Asst.Com. Bannu and Dy. Com. Tank",
    "K.P.K. and S.H.O., I.O., D.C.O. etc.",
    "Tea @ 50 rupees, oil @ 5 per litre",
    "Police/CTD, and/or, w/o water, 24/7",
    "In the name of peace: end the closure",
    "B.Sc/M.Sc posts, Ph.D., A.D.C",
    "people at risk, at home (at night)",
    "Cross with ID card, e-pass or RFID card",
    "۲۰۱۴-۲۰۱۸ میں ۱۵۰ گھر جلے",
    "۱۲/۱۱/۲۰۲۵ کو ۵٬۰۰۰٬۰۰۰ روپے کا وعدہ ہوا",
    "۱۲؍۱۱؍۲۰۲۵ کو جرگہ ہوا۔ ۶۰۰۰ خاندان",
    "دفعہ ۱۴۴ اور آرٹیکل ۲۴۷، ایف آئی آر ۱۲۳/۲۰۲۴",
    "سڑک بند ہے۔ پانی نہیں۔ بجلی ۶ گھنٹے",
    "٢٠١٤ و ٢٠١٨",
    "په ۲۰۱۴ کال کښې ۱۵۰ کورونه وسوزېدل",
    "د ۴۰۰۰۰۰ روپو وعده وه، ۱۶۰۰۰۰ راغلې",
    "ګرمي ۴۵ درجې وه",
    "گرمی 45 درجے تھی",
    "د مې په ۹ مه، ۱۰۰۰ کسان",
]
AREAS = {
    "digits_in_row": ["Village 12345", "۱۲۳۴۵", "Killi 0928-612"],
    "house_number": [
        "House 12",
        "House No. 12, Mir Ali",
        "H.No 7",
        "H #7",
        "مکان نمبر ۱۲",
        "گھر 5",
        "کور نمبر ۷",
        "Street 4",
    ],
}
GOOD_AREAS = ["Chak 45", "Ward No. 3", "H-12", "محلہ 4", "Sector 1234", "کلی ۲", "Warehouse 5", "", "Mir Ali"]


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in REFUSED.items() for text in texts])
def test_refused(code: str, text: str) -> None:
    """Each is found, alone and inside a sentence."""
    assert code in refused(text)
    assert code in refused(f"The road is closed. {text} The clinic is closed.")
    assert code in refused(f"سڑک بند ہے {text} ہسپتال بند ہے")


@pytest.mark.parametrize("text", ALLOWED)
def test_allowed(text: str) -> None:
    """Years, sums, days, laws and abbreviations are not numbers of people."""
    assert refused(text) == []


def test_order() -> None:
    """Codes come once, in a fixed order."""
    text = "33.12, 70.45 www.x.com a@b.pk 0300-1234567 0301-1234567 35202-1234567-1"
    assert refused(text) == ["cnic", "mobile", "email", "url", "coordinates"]


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in AREAS.items() for text in texts])
def test_area_refused(code: str, text: str) -> None:
    """The name of a village holds no long number and no house."""
    assert code in area_refused(text)
    assert refused(text) == []


@pytest.mark.parametrize("text", GOOD_AREAS)
def test_area_allowed(text: str) -> None:
    """Wards and chaks keep their numbers."""
    assert area_refused(text) == []


def test_area_refuses_what_every_text_refuses() -> None:
    """The general list comes first."""
    assert area_refused("House 5, 0300-1234567") == ["mobile", "digits_in_row", "house_number"]
