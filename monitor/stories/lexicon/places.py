"""Countries, seas and bodies, with the people of them and the capital that speaks for them."""

from monitor.stories.lexicon.reading import ideas

PLACES = ideas(
    """
venezuela: venezuela*, venezol*, caracas, miraflores, bolivarian*, bolivarianas, венесуэл*,
    каракас*, боливариан*, 委内瑞拉, 加拉加斯, 委方, 俄委, 中委, ونزوئلا*, کاراکاس
russia: russia*, moscow*, kremlin*, rusia, ruso, rusos, rusa, rusas, russo, russos, russa, russas,
    moscu, moscou, росси*, москв*, кремл*, рф, 俄, 俄罗斯, 莫斯科, 克里姆林宫, روسی*, روس, مسکو,
    کرملین
us: =US, =USA, united states, american*, washington*, america, ee uu, eeuu, eua, estados unidos,
    estadounidens*, norteamerican*, white house, casa blanca, casa branca, сша, америк*,
    вашингтон*, бел дом, 美, 美国, 美军, 美方, 华盛顿, 白宫, آمریکا*, امریکا*, واشنگتن, کاخ سفید,
    yankee*
china: china*, chinese, chines*, beijing*, pekin, pequim, китай*, китае*, пекин*, 中国, 中方,
    中企, 北京, چین, چینی, پکن, 中委
iran: iran*, tehran*, teheran*, persian*, teera, иран*, тегеран*, 伊朗, 德黑兰, ایران*, تهران
ukraine: ukrain*, kyiv, kiev, ucrania, ucrani*, украин*, киев*, всу, 乌克兰, 基辅, 乌军, اوکراین*,
    کی یف, کیف
colombia: colombia*, bogota*, колумби*, богот*, 哥伦比亚, 波哥大, کلمبیا*, بوگوتا
brazil: brazil*, brasil*, brasilia, planalto, itamaraty, бразил*, 巴西, برزیل*
cuba: cuba, cuban*, havana, habana, куб, куба, кубе, кубу, кубы, кубин*, гаван*, 古巴, 哈瓦那,
    کوبا, کوبایی, هاوانا
trinidad: trinidad*, port of spain, puerto espana, тринидад*, порт оф спейн*, 特立尼达, 特多,
    西班牙港, ترینیداد*
guyana: guyana*, guiana*, guyanes*, georgetown, essequibo*, esequibo*, essequibo, гайан*,
    эссекиб*, 圭亚那, 埃塞奎博, گویان*
curacao: curacao, curazao, кюрасао, 库拉索, کوراسائو, willemstad
aruba: aruba*, аруб*, 阿鲁巴, آروبا, abc islands
puerto rico: puerto rico, puertorriqueñ*, porto rico, пуэрто рико, 波多黎各, پورتوریکو
panama: panama*, panamen*, panameñ*, панам*, 巴拿马, پاناما*
mexico: mexic*, мексик*, 墨西哥, مکزیک*, sheinbaum
argentina: argentin*, buenos aires, milei, аргентин*, 阿根廷, آرژانتین*
chile: chile, chilen*, santiago de chile, чили, чилий*, 智利, شیلی
peru: peru, peruvian*, peruan*, перу, перуан*, 秘鲁, پرو
bolivia: bolivia*, la paz, боливи*, 玻利维亚, بولیوی
ecuador: ecuador*, ecuatorian*, quito, эквадор*, 厄瓜多尔, اکوادور
nicaragua: nicaragu*, managua, никарагуа*, манагуа, 尼加拉瓜, نیکاراگوئه, ماناگوا
dominican: dominican*, santo domingo, доминикан*, 多米尼加, دومینیکن*
jamaica: jamaica*, kingston, ямайк*, 牙买加, جامائیکا
barbados: barbad*, bridgetown, барбадос*, 巴巴多斯, باربادوس
grenada: grenad*, гренад*, 格林纳达, گرنادا
haiti: haiti*, гаити*, 海地, هائیتی
honduras: hondur*, гондурас*, 洪都拉斯, هندوراس
salvador: el salvador, salvadoreñ*, salvadoran*, сальвадор*, 萨尔瓦多, السالوادور
spain: spain, spanish, espana, espanol*, madrid, испан*, мадрид*, 西班牙, اسپانیا*, مادرید
portugal: portug*, lisbon, lisboa, португал*, лиссабон*, 葡萄牙, پرتغال
france: france, french, francia, frances*, franca, paris, франц*, париж*, 法国, 巴黎, فرانسه,
    پاریس
germany: german*, berlin, aleman*, alemanha, германи*, немец*, берлин*, 德国, 柏林, آلمان*, برلین
britain: britain, british, london, reino unido, britanic*, londres, uk, британ*, великобритан*,
    лондон*, 英国, 伦敦, بریتانیا*, انگلیس*, لندن
italy: italy, italian*, italia, rome, roma, итал*, рим, риме, 意大利, 罗马, ایتالیا*, رم
netherlands: netherlands, dutch, hague, neerland*, holand*, paises bajos, paises baixos, haya,
    haia, нидерланд*, голланд*, гааг*, 荷兰, 海牙, هلند*, لاهه
belgium: belgium, belgian*, brussels, belgica, belga*, bruselas, bruxelas, бельги*, брюссел*,
    比利时, 布鲁塞尔, بلژیک, بروکسل
switzerland: swiss, switzerland, suiz*, suic*, berna, швейцар*, 瑞士, سوئیس*
turkey: turkey, turkish, turquia, turco, turca, ankara, турци*, турец*, анкар*, 土耳其, 安卡拉,
    ترکیه, آنکارا
belarus: belarus*, bielorrus*, minsk, lukashenk*, белорус*, белару*, минск*, лукашенк*, 白俄罗斯,
    卢卡申科, بلاروس, لوکاشنکو
india: india, indian, indians, indio*, indian*, delhi, инди*, индий*, дели, 印度, 新德里, هند,
    هندی, دهلی
japan: japan*, japon*, japao, tokyo, tokio, япони*, японск*, токио, 日本, 东京, ژاپن*, توکیو
korea: korea*, corea*, seoul, seul, pyongyang, коре*, сеул*, пхеньян*, 韩国, 朝鲜, 首尔, 平壤,
    کره, سئول, پیونگ یانگ
israel: israel*, jerusalem, tel aviv, израил*, 以色列, اسرائیل*, صهیونیست*
gaza: gaza, hamas, palestin*, газ, газы, газе, сектор* газа, хамас*, палестин*, 加沙, 哈马斯,
    巴勒斯坦, غزه, حماس, فلسطین*
syria: syria*, siria*, damascus, damasco, сири*, дамаск*, 叙利亚, سوریه, دمشق
iraq: iraq*, irak*, baghdad, bagdad, ирак*, багдад*, 伊拉克, عراق*, بغداد
lebanon: leban*, liban*, beirut, ливан*, бейрут*, 黎巴嫩, لبنان*, بیروت
saudi: saudi*, riyadh, riad, сауд*, эр рияд*, 沙特, سعودی, ریاض
emirates: emirat*, dubai, abu dhabi, =UAE, эмират*, оаэ, дубай*, 阿联酋, 迪拜, امارات, دبی
qatar: qatar*, catar*, doha, катар*, доха, 卡塔尔, 多哈, قطر, دوحه
pakistan: pakist*, paquist*, islamabad, пакист*, исламабад*, 巴基斯坦, پاکستان*, اسلام آباد
afghanistan: afghan*, afgan*, kabul, taliban*, афган*, кабул*, талиб*, 阿富汗, 塔利班, افغانستان,
    کابل, طالبان
africa: africa*, африк*, 非洲, آفریقا*
algeria: algeri*, argelia*, argelin*, algiers, argel, алжир*, 阿尔及利亚, الجزایر*
morocco: morocc*, marruec*, marroqu*, marroc*, rabat, марокк*, рабат*, 摩洛哥, مراکش
egypt: egypt*, egipt*, cairo, египет*, египт*, каир*, 埃及, مصر*, قاهره
nigeria: nigeria*, abuja, lagos, нигери*, 尼日利亚, نیجریه
south africa: south africa*, sudafric*, africa do sul, юар, южно африк*, 南非, آفریقای جنوبی
sudan: sudan*, судан*, 苏丹, سودان*
europe: =EU, =UE, european*, europe*, евросоюз*, европ*, ес, 欧盟, 欧洲, اتحادیه اروپا, اروپا*
vietnam: vietnam*, hanoi, вьетнам*, ханой*, 越南, 河内, ویتنام*
thailand: thai*, tailand*, bangkok, таиланд*, бангкок*, 泰国, 曼谷, تایلند, بانکوک
malaysia: malays*, malasi*, kuala lumpur, малайзи*, 马来西亚, 吉隆坡, مالزی
indonesia: indones*, jakarta, yakarta, индонез*, джакарт*, 印尼, 印度尼西亚, اندونزی, جاکارتا
taiwan: taiwan*, taipei, тайван*, 台湾, 台北, تایوان*
hong kong: hong kong*, hongkong*, гонконг*, 香港, هنگ کنگ
australia: australia*, canberra, sydney, австрал*, 澳大利亚, 悉尼, استرالیا*
canada: canad*, ottawa, toronto, канад*, оттав*, 加拿大, کانادا*, تورنتو
serbia: serbia*, belgrad*, серби*, сербск*, белград*, 塞尔维亚, صربستان, بلگراد
poland: poland, polish, polon*, polac*, warsaw, varsovia, польш*, польск*, варшав*, 波兰, 华沙,
    لهستان*, ورشو
armenia: armeni*, yerevan, ereván, армен*, армян*, ереван*, 亚美尼亚, ارمنستان, ایروان
senegal: senegal*, dakar, сенегал*, дакар*, 塞内加尔, 达喀尔, سنگال, داکار
mauritania: mauritan*, nouakchott, nuakchot, мавритан*, нуакшот*, 毛里塔尼亚, موریتانی, نواکشوت
cape verde: cape verde, cabo verde, кабо верде, 佛得角, کیپ ورد
caribbean: caribbean, antilles, carib*, antillas, карибск*, карибы, 加勒比, کارائیب
black sea: black sea, mar negro, черн море, черном море, черноморск*, 黑海, دریای سیاه
baltic: baltic*, baltico, балти*, 波罗的海, بالتیک
atlantic: atlantic*, атлантик*, атлантич*, 大西洋, اقیانوس اطلس, آتلانتیک
gulf: persian gulf, golfo persico, персидск* залив*, 波斯湾, خلیج فارس
florida: florida, miami, doral, флорид*, майами, 佛罗里达, 迈阿密, فلوریدا, میامی
new york: new york, nueva york, nova york, nova iorque, manhattan, brooklyn, southern district,
    нью йорк*, манхэттен*, бруклин*, 纽约, 曼哈顿, 布鲁克林, نیویورک, منهتن, بروکلین
security council: security council, consejo de seguridad, conselho de seguranca, совбез*,
    совет* безопасности, 安理会, شورای امنیت
united nations: united nations, =UN, naciones unidas, onu, nacoes unidas, оон, 联合国, سازمان ملل
nato: nato, otan, нато, 北约, ناتو
caricom: caricom, кариком, 加共体, 加勒比共同体, کاریکوم
celac: celac, селак, 拉共体, سلاک
oas: =OAS, =OEA, organization of american states, организаци* американских государств,
    美洲国家组织, سازمان کشورهای آمریکایی
brics: brics, брикс, 金砖, بریکس
alba: =ALBA, алба, 玻利瓦尔联盟, آلبا
opec: opec, opep, опек, 欧佩克, اوپک
mercosur: mercosur, mercosul, меркосур*, 南方共同市场, مرکوسور
icc: criminal court, corte penal, tribunal penal internacional, уголовн* суд, 国际刑事法院,
    دیوان کیفری
vatican: vatican*, pope, papa leon, el papa, santa sede, leon xiv, leo xiv, ватикан*, папа римск*,
    梵蒂冈, 教皇, واتیکان, پاپ
russian oil firms: rosneft, lukoil, роснефт*, лукойл*, 俄石油公司, 卢克石油, روس نفت, لوک اویل
pdvsa: pdvsa, пдвса, 委内瑞拉石油公司, پدوسا
gazprom: gazprom*, газпром*, 俄气, 俄罗斯天然气, گازپروم
rosoboronexport: rosoboronexport*, rosoboronéxport, рособоронэкспорт*, 俄国防出口, روس اوبورون*
rostec: rostec, rosteh, rostej, ростех*, 俄技, 俄罗斯技术集团, روستک, روس تک
sukhoi: sukhoi*, sukhói, flanker*, сухой, сухого, 苏霍伊, سوخو, irkut*, иркут*, 伊尔库特, ایرکوت*
wagner: wagner*, вагнер*, africa corps, 瓦格纳, واگنر
"""
)
