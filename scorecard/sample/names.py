"""Invented names. No real company or organisation may stand beside an invented concern.

A name is a coined word in a form that fits the country's language. Words are made of syllables
that follow no language, and each organisation up to the number of words has a word of its own.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scorecard.sample.tables import Codes, coded
from scorecard.sample.world import world

HEADS = [
    "Bav", "Cind", "Dorv", "Esk", "Fenv", "Gral", "Hov", "Ild", "Jast", "Kelv", "Lumb", "Mirv",
    "Nost", "Orv", "Pelv", "Quab", "Rusk", "Selv", "Tarv", "Ulm", "Vash", "Wend", "Xan", "Yorv",
    "Zelk", "Brin", "Cosk", "Drav", "Fulm", "Gosk",
]  # fmt: skip
MIDDLES = [
    "a", "e", "i", "o", "u", "abi", "eda", "iro", "olu", "uma", "ani", "eri", "ivo", "ota", "uri",
    "alo", "eno", "imu", "osa", "ude", "ara", "eli", "ika", "oru", "una", "avi", "esu", "idi",
    "omo", "uki",
]  # fmt: skip
TAILS = [
    "bra", "cor", "dane", "fex", "garn", "hane", "jor", "kan", "lith", "mar", "nix", "pell", "rath",
    "sune", "tross", "vane", "wick", "zor", "dren", "quil", "stan", "vex", "brook", "torn", "mund",
    "lex", "shire", "cante", "dovar", "nesk",
]  # fmt: skip

COMPANY_FORMS = {
    "en": [
        "{} Security",
        "{} Protection Services",
        "{} Risk Management",
        "{} Guarding",
        "{} Security Group",
        "{} Integrated Security",
        "{} Maritime Protection",
        "{} Field Services",
        "{} Global Risk",
        "{} Close Protection",
    ],
    "fr": ["{} Sécurité", "Groupe {}", "{} Gardiennage", "{} Protection", "Société {} Sûreté"],
    "es": ["Seguridad {}", "Vigilancia {}", "Grupo {}", "{} Protección Integral"],
    "pt": ["{} Segurança", "Vigilância {}", "Grupo {}"],
    "ar": ["{} Security Services", "Al {} Protection", "{} Gulf Guarding", "{} Facility Security"],
    "de": ["{} Sicherheit", "{} Schutzdienste", "{} Security"],
}
CIVIL_SOCIETY_FORMS = {
    "en": [
        "{} Rights Forum",
        "{} Centre for Accountable Security",
        "{} Peace Initiative",
        "{} Institute for Public Oversight",
        "{} Community Justice Network",
        "{} Foundation for Civic Dialogue",
    ],
    "fr": ["Observatoire {}", "Forum {} pour la Paix", "Réseau {} Droits et Justice"],
    "es": ["Fundación {}", "Observatorio {} de Derechos", "Red Cívica {}"],
    "pt": ["Instituto {} de Cidadania", "Rede {} pela Paz"],
    "ar": ["{} Center for Human Dignity", "{} Rights Observatory"],
    "de": ["{} Forum für Menschenrechte", "Stiftung {}"],
}
OUTLET_FORMS = {
    "en": ["The {} Gazette", "{} Daily", "{} Business Review", "Radio {}", "{} Online"],
    "fr": ["Le Courrier de {}", "Radio {}", "{} Actualités"],
    "es": ["El Diario {}", "Radio {}", "Noticias {}"],
    "pt": ["Jornal {}", "Rádio {}"],
    "ar": ["{} News", "Al {} Times"],
    "de": ["{} Zeitung", "{} Rundschau"],
}
STAKEHOLDER_FORMS = {
    "government": ["{} Provincial Security Authority", "{} Licensing Office", "{} Port Authority"],
    "company": ["{} Guards", "{} Security Solutions", "{} Patrol Services"],
    "civil_society": ["{} Justice Initiative", "{} Human Rights Clinic", "{} Elders' Council"],
    "client": ["{} Energy", "{} Mining", "{} Logistics", "{} Shipping", "{} Agro"],
    "donor": ["{} Development Fund", "{} Trust"],
    "insurer": ["{} Underwriting", "{} Mutual Insurance"],
    "trade_association": ["{} Chamber of Security Industries", "{} Shipowners' Association"],
    "international_organisation": ["{} Regional Commission", "{} Basin Organisation"],
    "academia": ["University of {}", "{} School of Governance"],
    "media": ["{} Press Agency", "{} Broadcasting"],
    "other": ["{} Consultants", "{} Audit and Certification"],
}
ISSUER_FORMS = {
    "legislation": ["{} Provincial Assembly", "{} Regional Parliament"],
    "public_procurement": ["{} Procurement Agency", "City of {}", "{} Port Authority"],
    "client_contract": ["{} Energy", "{} Mining", "{} Logistics", "{} Hotels"],
    "insurance": ["{} Underwriting", "{} Mutual Insurance"],
    "financing": ["{} Development Bank", "{} Investment Fund"],
    "standard": ["{} Standards Institute", "{} Certification Board"],
}


def words() -> list[str]:
    """Every coined word, in a fixed order."""
    return [head + middle + tail for head in HEADS for middle in MIDDLES for tail in TAILS]


def coin(
    generator: np.random.Generator, count: int, form_codes: Codes, forms: list[str]
) -> pa.Array:
    """`count` names: a word each (all different, up to the number of words), in the form given."""
    stock = words()
    # A stride without a common factor with the length visits every word before any comes again.
    stride, offset = 7919, int(generator.integers(len(stock)))
    word = coded((np.arange(count) * stride + offset) % len(stock), stock).cast(pa.string())
    before, after = zip(*(form.split("{}") for form in forms), strict=True)
    return pc.binary_join_element_wise(
        coded(form_codes, list(before)).cast(pa.string()),
        word,
        coded(form_codes, list(after)).cast(pa.string()),
        "",
    )


def local_names(
    generator: np.random.Generator, country: Codes, by_language: dict[str, list[str]]
) -> pa.Array:
    """A name for each place in `country`, in a form of its country's language."""
    return names_by_group(
        generator,
        np.array([list(by_language).index(tongue) for tongue in world().languages])[country],
        by_language,
    )


def names_by_group(
    generator: np.random.Generator, group: Codes, forms: dict[str, list[str]]
) -> pa.Array:
    """A name for each row, in one of the forms of its group (a position among the keys)."""
    sizes = np.array([len(choice) for choice in forms.values()])
    starts = np.cumsum(sizes) - sizes
    within = np.floor(generator.random(len(group)) * sizes[group])
    flat = [form for choice in forms.values() for form in choice]
    return coin(generator, len(group), (starts[group] + within).astype(np.int32), flat)
