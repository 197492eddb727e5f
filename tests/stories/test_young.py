"""What an empty database makes of two reports: rarity says nothing yet, and must not be made up."""

from __future__ import annotations

import pytest

from monitor.stories import Shelf, Told
from tests.stories.conftest import told

TWO_EVENTS = {
    "names that only sound alike": (
        "Storm Ophelia shuts the port of Galway",
        "Customs seize cocaine at the port of Guayaquil",
    ),
    "one city, two events": (
        "Strike halts trams in Lisbon",
        "Lisbon court jails banker for fraud",
    ),
    "one kind of event, two places": (
        "Bus crash in Peru kills 12 near Arequipa",
        "Bus crash in Nepal kills nine near Pokhara",
    ),
    "one minister, two acts": (
        "Defence minister Olsen visits frigate yard in Bergen",
        "Olsen denies plan to cut army pay",
    ),
    "one country and one trade": (
        "Chile's copper mine workers vote to strike",
        "Chile raises tax on copper exports",
    ),
    "surnames of one sound": (
        "Judge Moreno orders arrest of mayor in Cali",
        "General Marino arrested over missing rifles",
    ),
    "Spanish: one port, two seizures": (
        "Incautan cocaína en un contenedor en el puerto de Cartagena",
        "Retienen en Valparaíso un contenedor con autos robados",
    ),
    "Spanish: one president, two visits": (
        "El presidente Arce visita una fábrica de litio en Uyuni",
        "Arce recibe al embajador de China en La Paz",
    ),
    "Russian: two fires": (
        "Пожар на заводе в Туле, эвакуированы рабочие",
        "Пожар на складе в Казани, погиб человек",
    ),
    "Russian: two ships": (
        "Танкер «Волга» сел на мель у Керчи",
        "Танкер «Балтика» задержан у Таллина",
    ),
    "Portuguese: two rulings": (
        "Tribunal suspende licença de mina em Minas Gerais",
        "Tribunal autoriza hidrelétrica no rio Tapajós",
    ),
    "Persian: two quakes": (
        "زلزله در کرمان سه کشته داشت",
        "زلزله ژاپن را لرزاند، خسارت گزارش نشد",
    ),
    "Chinese: two talks": (
        "外交部长与巴西总统会谈贸易",
        "国防部长访问塞尔维亚商谈军售",
    ),
    "across languages: two ministers": (
        "Iran's foreign minister arrives in Muscat for talks",
        "El ministro de Exteriores de Irán niega haber vendido drones a Sudán",
    ),
    "across languages: two raids": (
        "Drones set oil depot ablaze in Ryazan",
        "Беспилотники повредили аэродром под Саратовом",
    ),
    "across languages: two strikes": (
        "Rail strike stops trains across Belgium",
        "Huelga de médicos paraliza hospitales en Bélgica",
    ),
}
ONE_EVENT = {
    "reworded": (
        "Storm Ophelia shuts the port of Galway",
        "Galway port closed as storm Ophelia nears",
    ),
    "a follow-up names the place and the thing": (
        "Bus crash in Peru kills 12 near Arequipa",
        "Driver arrested after Arequipa bus crash",
    ),
    "English and Spanish": (
        "Customs seize two tonnes of cocaine at the port of Guayaquil",
        "Incautan dos toneladas de cocaína en el puerto de Guayaquil",
    ),
    "English and Russian": (
        "Drones set oil depot ablaze in Ryazan, three tanks burn",
        "Беспилотники подожгли нефтебазу в Рязани, горят три резервуара",
    ),
    "English and Chinese": (
        "Indonesia navy seizes Chinese fishing boat with 18 crew off Natuna",
        "印尼海军在纳土纳附近扣押一艘中国渔船，船上18名船员",
    ),
    "English and Persian": (
        "Iran's foreign minister Araghchi arrives in Muscat for nuclear talks",
        "عراقچی وزیر خارجه ایران برای مذاکرات هسته‌ای وارد مسقط شد",
    ),
    "English and Portuguese": (
        "Police helicopter crashes in Goias, four dead",
        "Helicóptero da polícia cai em Goiás e deixa quatro mortos",
    ),
    "Spanish and Portuguese": (
        "El presidente Arce visita una planta de litio en Uyuni",
        "Presidente Arce visita usina de lítio em Uyuni",
    ),
    "Spanish": (
        "Renuncia la ministra de Salud de Ecuador, Verónica Ponce",
        "Verónica Ponce deja el Ministerio de Salud de Ecuador",
    ),
    "Russian": (
        "Танкер «Волга» сел на мель у Керчи",
        "У Керчи танкер «Волга» сняли с мели",
    ),
    "Portuguese": (
        "Tribunal suspende licença de mina de ouro no rio Tapajós",
        "Justiça barra mina de ouro no Tapajós",
    ),
    "Chinese": (
        "外交部长王毅抵达巴西利亚会见卢拉总统",
        "王毅在巴西利亚会见巴西总统卢拉",
    ),
    "one type of aircraft, one place": (
        "Il-76 lands in Managua with 40 crates of rifles",
        "Un Il-76 ruso descarga 40 cajas de fusiles en Managua",
    ),
}


def in_an_empty_database(*titles: str) -> list[str]:
    """The stories of reports that come three hours apart, the first there are."""
    shelf = Shelf()
    items = [told(str(number), title, hours=3 * number) for number, title in enumerate(titles)]
    return [shelf.place_next(Told(one), one.at).story for one in items]


@pytest.mark.parametrize("pair", TWO_EVENTS.values(), ids=TWO_EVENTS)
def test_two_events_are_two_stories(pair):
    assert in_an_empty_database(*pair) == ["0", "1"]


@pytest.mark.parametrize("pair", ONE_EVENT.values(), ids=ONE_EVENT)
def test_one_event_is_one_story(pair):
    assert in_an_empty_database(*pair) == ["0", "0"]
