"""In which language a page is written, whatever its template says."""

from __future__ import annotations

import pytest

from audit.classify import weights
from audit.classify.language import FOREIGN, GERMAN, is_german
from audit.classify.text import fold
from db.terms import Band
from tests.audit.classify.made import of, read

GOOD = "Handyparken: Ab sofort können Sie Ihren Parkschein per Handy lösen."
"""The one German line that translations keep, as names of services are not translated."""

ABROAD = {
    "en": """Parking in the city centre
You need a ticket for all parking spaces in the old town. You can buy it at the machines or pay with your phone. The first thirty
minutes are free of charge. Residents who have a permit do not have to pay. If you have any questions, please contact the citizens'
office by telephone or visit us at the town hall. We are happy to help you with your application.""",
    "pl": """Parkowanie w centrum miasta
Na wszystkich miejscach parkingowych na starówce obowiązuje bilet. Można go kupić w automacie lub zapłacić telefonem. Pierwsze
trzydzieści minut jest bezpłatne. Mieszkańcy, którzy mają kartę, nie płacą. W przypadku pytań prosimy o kontakt z biurem obsługi
mieszkańców, które jest czynne przez cały tydzień oraz w soboty dla osób pracujących.""",
    "da": """Parkering i bymidten
Der skal bruges billet på alle parkeringspladser i den gamle bydel. Du kan købe den i automaten eller betale med din telefon. De
første tredive minutter er gratis. Beboere, der har et kort, skal ikke betale. Hvis du har spørgsmål, er du velkommen til at
kontakte borgerservice på rådhuset, og vi hjælper dig gerne med at udfylde ansøgningen.""",
    "uk": """Паркування в центрі міста
На всіх паркувальних місцях у старому місті потрібен квиток. Його можна купити в автоматі або сплатити телефоном. Перші тридцять
хвилин безкоштовні. Мешканці, які мають дозвіл, не платять. Якщо у вас є запитання, зверніться до центру обслуговування громадян
у ратуші, ми охоче допоможемо вам заповнити заяву.""",
    "tr": """Şehir merkezinde park etme
Eski şehirdeki bütün park yerleri için bilet gereklidir. Bileti otomattan satın alabilir veya telefonunuzla ödeyebilirsiniz. İlk
otuz dakika ücretsizdir. İzin belgesi olan sakinler ödeme yapmaz. Sorularınız için belediye binasındaki vatandaş bürosuna
başvurabilirsiniz. Başvurunuzu doldururken size yardımcı olmaktan memnuniyet duyarız ve bu hizmet ücretsizdir.""",
    "ar": """وقوف السيارات في وسط المدينة
تحتاج إلى تذكرة لجميع أماكن وقوف السيارات في البلدة القديمة. يمكنك شراؤها من الأجهزة أو الدفع عبر الهاتف. أول ثلاثين دقيقة مجانية.
إذا كانت لديك أسئلة فيرجى الاتصال بمكتب خدمة المواطنين في مبنى البلدية ويسعدنا مساعدتك في تعبئة الطلب.""",
}
AT_HOME = """In der Altstadt brauchen Sie auf allen Parkplätzen einen Schein. Die ersten dreißig Minuten sind frei. Wer einen Ausweis für
Bewohner hat, zahlt nicht. Bei Fragen hilft Ihnen das Bürgerbüro im Rathaus."""
EASY = """Sie wollen in der Stadt parken? Dann brauchen Sie einen Park·schein. Den Park·schein gibt es am Auto·maten. Sie können auch
mit dem Handy bezahlen. Das ist einfach. Haben Sie Fragen? Rufen Sie uns an. Wir helfen Ihnen."""


@pytest.mark.parametrize("claim", ["de", None])
@pytest.mark.parametrize("language", ABROAD)
def test_a_translation_is_never_automatic_even_if_its_template_says_german(language: str, claim: str | None) -> None:
    """Only the German name of the service is seen, and somebody has to look."""
    found = of("handyparken", read(f"{ABROAD[language]}\n{GOOD}", title="Handyparken", language=claim))
    assert found.score >= weights.AUTOMATIC_FROM  # nothing but the language holds it back
    assert found.band is Band.REVIEW


@pytest.mark.parametrize("text", [AT_HOME, EASY])
@pytest.mark.parametrize("claim", ["en", "pl", "de", None])
def test_german_is_german_even_if_its_template_says_otherwise(text: str, claim: str | None) -> None:
    """Also easy German, with its dots."""
    assert of("handyparken", read(f"{text}\n{GOOD}", title="Handyparken", language=claim)).band is Band.AUTOMATIC


def test_most_of_a_mixed_page_decides() -> None:
    """An English summary makes no page foreign, nor a German address one German."""
    summary = "English: You can pay with your phone. The first thirty minutes are free."
    mostly = of("handyparken", read(f"{AT_HOME}\n{GOOD}\n{summary}", title="Handyparken", language="en"))
    hardly = of("handyparken", read(f"{ABROAD['en']}\n{GOOD}\nBesuchen Sie uns im Rathaus.", title="Handyparken"))
    assert (mostly.band, hardly.band) == (Band.AUTOMATIC, Band.REVIEW)


@pytest.mark.parametrize(("claim", "german"), [("de", True), (None, True), ("", True), ("en", False), ("uk", False)])
def test_a_short_text_is_what_it_claims_to_be(claim: str | None, *, german: bool) -> None:
    """Two or three words tell nothing."""
    assert is_german("handyparken starten", declared=claim) is german


def test_links_and_repeated_boxes_do_not_tell_the_language() -> None:
    """German boxes stand around a translation, too."""
    assert not is_german(fold(ABROAD["da"]), declared="de")
    found = of("handyparken", read(f"{ABROAD['da']}\n{GOOD}", title="Handyparken", menu_text=AT_HOME * 3))
    assert found.band is Band.REVIEW


def test_no_small_word_speaks_for_both() -> None:
    """Otherwise it would tell nothing; and all are folded as the text is."""
    assert not GERMAN & FOREIGN
    assert all(fold(word) == word for word in GERMAN | FOREIGN)
