"""What a person should look at once more before sending. Every name and number here is synthetic."""

import pytest

from tests.texts.judging import doubtful

DOUBTFUL = {
    "landline": [
        "0928-612345",
        "091 9212345",
        "(091) 9212345",
        "091-921 2345",
        "0928612345",
        "0800-12345",
        "+92-91-9212345",
        "0092 928 612345",
        "۰۹۲۸-۶۱۲۳۴۵",
        "دفتر کا نمبر ٠٩١ ٩٢١٢٣٤٥ ہے",
        "0928\u200c-612345",
    ],
    "parentage": [
        "Akbar son of Babar was taken",
        "Son Of Babar",
        "daughter of Babar",
        "wife of Babar",
        "Akbar s/o Babar",
        "AKBAR S/O BABAR",
        "Akbar S / O Babar",
        "d/o Babar",
        "w/o Babar",
        "Ａkbar ｓ／ｏ Babar",
        "Akbar walad Babar",
        "اکبر ولد بابر",
        "اکبر وَلَد بابر",
        "اکبر ولـد بابر",
        "فلاں بنت فلاں",
        "فلاں زوجہ فلاں",
        "اکبر ابن بابر",
        "اکبر د بابر زوی",
        "د بابر زوے",
        "د بابر زوئ",
        "د بابر زوي ورک دی",
        "د بابر زوی، چې کلی پرېښود",
    ],
    "rank_name": [
        "Captain Akbar came to the village",
        "Capt. Akbar",
        "Capt (R) Akbar",
        "captain Akbar",
        "captain akbar khan",
        "Major Akbar ordered it",
        "MAJOR AKBAR",
        "major akbar khan",
        "Maj. Akbar",
        "Colonel Akbar",
        "Lt. Col. Akbar",
        "Lt Col Akbar",
        "Brigadier Akbar",
        "General Akbar",
        "Subedar Akbar",
        "Subidar Akbar",
        "Subedar Major Akbar",
        "Havildar Akbar",
        "SHO Akbar",
        "sho Akbar",
        "SHO (Akbar)",
        "DSP Akbar took a bribe",
        "Inspector Akbar",
        "Commander Akbar",
        "میجر اکبر نے کہا",
        "کرنل اکبر",
        "کیپٹن اکبر",
        "کیپٹن صاحب اکبر",
        "صوبیدار اکبر",
        "جنرل اکبر",
        "بریگیڈیئر اکبر",
        "ایس ایچ او اکبر نے پیسے لیے",
        "ایس‌ایچ‌او اکبر",
        "ڈی ایس پی اکبر",
        "مېجر اکبر راغی",
        "کرنېل اکبر",
        "کپټان اکبر",
        "صوبېدار اکبر",
        "اېس اېچ او اکبر",
        "ډي اېس پي اکبر",
    ],
}
PLAIN = [
    "Major problem is water",
    "Major problems and major roads",
    "The MAJOR PROBLEM IS WATER",
    "Major road closed",
    "a major Bannu road",
    "Major operations in the district",
    "General public suffers",
    "General Hospital, General Election, general assembly",
    "Inspector General Police; Director General Health",
    "the captain promised to pay",
    "The colonel said that the road would open",
    "A captain and a major came to the jirga",
    "SHO must register the FIR",
    "SHO and DSP to be transferred",
    "The SHO Police Station refused",
    "DSP office, DPO office",
    "corps commander and chief minister to apologise",
    "Commander of the fort",
    "sons of the soil",
    "daughter of a martyr, wife of a labourer",
    "wife of the martyr",
    "widows of martyrs",
    "roads w/o water, homes w/o electricity, held w/o trial",
    "and/or, his/her, 24/7",
    "It was on 03-01-2014 and 091",
    "0.912345",
    "2014-2018, 612345",
    "Rs 0.5 million, 0928",
    "سب کی ولدیت درج ہو",
    "ہماری اولاد کے لیے سکول",
    "سڑک بنتی نہیں، کام بنتا نہیں",
    "بنت‌یں",
    "والدین اور مولود",
    "میجر مسئلہ پانی کا ہے",
    "میجر نے وعدہ کیا",
    "میجر صاحب نے وعدہ کیا",
    "کرنل اور میجر آئے",
    "کیپٹن کے دفتر میں",
    "جنرل ہسپتال میں ڈاکٹر نہیں",
    "جنرل الیکشن",
    "ایس ایچ او نے مقدمہ درج نہیں کیا",
    "ایس ایچ او تبدیل کیا جائے",
    "ایس ایچ او اور ڈی ایس پی",
    "ڈی ایس پی کو ہٹایا جائے",
    "زما زوی بې ګناه دی",
    "خپل زوی یې سکول ته نه لېږي",
    "زوړ کور او زور",
    "زامن او لوڼې",
    "مېجر وویل چې لار به خلاصه شي",
    "اېس اېچ او ته وویل شو",
    "ډي اېس پي دې بدل شي",
    "کرنېل او مېجر راغلل",
]


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in DOUBTFUL.items() for text in texts])
def test_doubtful(code: str, text: str) -> None:
    """Each is noticed, alone and inside a sentence."""
    assert code in doubtful(text)
    assert code in doubtful(f"The road is closed. {text}، سڑک بند ہے")


@pytest.mark.parametrize("text", PLAIN)
def test_plain(text: str) -> None:
    """Ordinary words, posts without names, and children without parents are left alone."""
    assert doubtful(text) == []


def test_order() -> None:
    """Codes come once, in a fixed order."""
    text = "SHO Akbar, Major Babar, Akbar s/o Babar, 0928-612345, 091-9212345"
    assert doubtful(text) == ["landline", "parentage", "rank_name"]
