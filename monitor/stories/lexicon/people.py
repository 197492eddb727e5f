"""Offices, trades and bodies of people: who does something, or to whom it is done."""

from monitor.stories.lexicon.reading import ideas

PEOPLE = ideas(
    """
president: president*, mandatari*, jefe de estado, президент*, глава государства, 总统,
    رئیس جمهور*
vice president: vice president*, vicepresident*, вице президент*, вицепрезидент*, 副总统, 副总裁,
    معاون رئیس*
prime minister: prime minister*, premier*, primer ministr*, primeiro ministr*, primera ministra,
    премьер*, 总理, 首相, نخست وزیر*
foreign minister: foreign minist*, foreign secretary, canciller*, cancilleria*, chanceler*,
    relaciones exteriores, relacoes exteriores, глава мид, мид, министр* иностранных,
    внешнеполитическ*, 外交部, 外长, 外交部长, 外委, وزارت خارجه, وزیر خارجه, وزارت امور خارجه,
    وزیر امور خارجه, دستگاه دیپلماسی
defence minister: defence minist*, defense minist*, defence chief, minist* de defensa,
    minist* de la defensa, minist* da defesa, titular de defensa, padrino, минобороны,
    министр* обороны, министерств* обороны, 国防部, 国防部长, 防长, 帕德里诺, وزارت دفاع,
    وزیر دفاع, پادرینو
interior minister: interior minist*, minist* del interior, minist* do interior,
    minist* de interior, minist* de relaciones interiores, мвд, министр* внутренних, глава мвд,
    内政部*, وزیر کشور, وزارت کشور, cabello, diosdado, кабельо, диосдадо, 卡韦略, 卡贝略, کابیو,
    کابلو, دیوسدادو
transport minister: transport minist*, minist* de transporte*, minist* dos transportes,
    министр* транспорта, минтранс*, 交通部*, وزیر راه, وزیر حمل*
trade ministry: commerce minist*, minist* de comercio, commerce department,
    departamento de comercio, bureau of industry, commerce, minist* do comercio, минторг*,
    министерств* торговли, минпромторг*, 商务部, وزارت بازرگانی, entity list
treasury: treasury, ofac, tesoro, departamento del tesoro, tesouro, минфин*, казначейств*, 财政部,
    خزانه داری
justice department: justice department, department of justice, departamento de justicia, fiscalia,
    fiscales, doj, prosecutor*, grand jury, gran jurado, ministerio publico, procurador*,
    promotor*, минюст*, прокур*, 司法部, 检察, 检方, دادستان*, دادگستری
state department: state department, department of state, departamento de estado, госдеп*, 国务院,
    وزارت خارجه آمریکا, rubio, рубио, 鲁比奥, روبیو
pentagon: pentagon*, war department, hegseth, southcom, southern command, comando sur,
    comando sul, пентагон*, южн* командован*, хегсет*, 五角大楼, 南方司令部, 国防部长赫格塞思,
    پنتاگون, فرماندهی جنوبی, هگست
congress: congress*, senat*, capitol, congreso, camara de representantes, senado*, конгресс*,
    сенат*, 国会, 参议院, 众议院, 参议员, کنگره, سنا, سناتور*
parliament: parliament*, assembly, lawmaker*, deput*, duma, diputad*, asamblea, legislador*,
    parlament*, assembleia, federation council, дум*, госдум*, депутат*, парламент*, сенатор*,
    совет* федерации, ассамбле*, 议会, 杜马, 议员, 国民议会, 联邦委员会, مجلس, دوما, نماینده,
    نمایندگان
spokesman: spokes*, portavoz, vocero*, vocera*, porta voz, официальн* представител*,
    пресс секретар*, представител* мид, захаров*, песков*, 发言人, سخنگو*
ambassador: ambassador*, envoy*, embajador*, embaixador*, emisari*, enviad*, charge,
    представител*, постпред*, посол, посла, послу, послом, посланник*, дипмисси*, 大使, 代表,
    特使, سفیر*, نماینده دائم*, فرستاده
embassy: embass*, embajada*, embaixada*, diplomat*, diplomac*, consul*, посольств*, дипломат*,
    консул*, 使馆, 外交官, 领事, سفارت*, دیپلمات*
general: general, generals, generales, generais, brigadier*, генерал*, 将军, 将领, 上将, 少将,
    准将, ژنرال*, سرتیپ*, سرلشکر*, سپهبد
admiral: admiral*, almirant*, contraalmirant*, адмирал*, 海军上将, 海军将领, دریادار*, دریاسالار*
colonel: colonel*, coronel*, полковник*, 上校, سرهنگ*
major captain: major, majors, mayores, capitan*, capitães, captain*, capitao, майор*, капитан*,
    少校, 上尉, سرگرد*, سروان*
lieutenant: lieutenant*, teniente*, tenente*, лейтенант*, 中尉, 少尉, ستوان*
sergeant: sergeant*, sargent*, non commissioned, corporal*, cabos, сержант*, капрал*, ефрейтор*,
    军士, 士官, 下士, 中士, گروهبان*, درجه دار*, استوار*
officers: officer*, oficial*, uniformad*, brass, mandos, commander*, comandant*, cupula militar,
    cupula castrense, alto mando, jefes militares, офицер*, командир*, командующ*, военачальник*,
    军官, 指挥官, 司令, افسر*, فرمانده*
soldiers: soldier*, troop*, soldado*, militar*, tropa*, servicem*, ratas, солдат*, военнослужащ*,
    военные, военных, военным*, рядов*, 士兵, 军人, 部队, 官兵, سرباز*, نظامی*, نیروها
army: army, ejercito*, exercito*, armed force*, fuerza* armada*, fanb, forcas armadas,
    national guard, guardia nacional, guarda nacional, арми*, вооруженн* сил*, нацгварди*,
    национальн* гварди*, 军队, 陆军, 武装力量, 国民警卫队, ارتش, نیروهای مسلح, گارد ملی
air force: air force*, aviacion militar, fuerza aerea, forca aerea, ввс, военно воздушн*,
    воздушн* сил*, 空军, نیروی هوایی
navy: navy, naval, armada, marinha, marina, navies, вмс, вмф, военно морск*, флот*, 海军,
    نیروی دریایی
coast guard: coast guard, guardacosta*, guardia costera, guarda costeira, берегов* охран*,
    海岸警卫队, گارد ساحلی
marines: marines, marine corps, infantes de marina, fuzileir*, морск* пех*, морпех*, 海军陆战队,
    تفنگداران
special forces: special force*, special operation*, commando*, fuerzas especiales,
    forcas especiais, tropas especiais, comandos, спецназ*, спецподразделен*, 特种部队, 特种,
    نیروهای ویژه, کماندو*, تکاور*
intelligence: intelligence, cia, spy, spies, espia*, inteligencia, dgcim, sebin, espiao, espion*,
    разведк*, разведчик*, цру, контрразведк*, гур, шпион*, 情报, 中情局, 间谍, اطلاعات, سیا,
    جاسوس*
police: police*, policia*, agente*, полици*, полицей*, 警方, 警察, پلیس*
customs: customs, aduan*, aduaner*, receita federal, a receita, alfandeg*, таможн*, 海关, گمرک*
judge court: judge*, court*, tribunal*, juez*, jueces, juiz*, juzgado*, magistrad*, corte, суд,
    суда, суде, судья, судьи, судов, 法院, 法庭, 法官, دادگاه*, قاضی*
lawyer: lawyer*, attorney*, abogad*, advogad*, адвокат*, юрист*, 律师, وکیل*, وکلا
relatives: relatives, family, families, familia*, nephew*, sobrin*, niece*, parentes, parientes,
    familiares, wife, wives, children, esposa*, hijos, родственник*, родственниц*, семь*,
    племянник*, родных, жен*, 亲属, 家属, 家人, 侄, 外甥, 妻子, خانواده*, بستگان, خویشاوند*,
    برادرزاده*, خواهرزاده*, همسر*
adviser: adviser*, advisor*, advisory, instructor*, instrutor*, asesor*, assessor*, советник*,
    инструктор*, 顾问, 教官, مستشار*, مربی*, مشاور*
technician: technician*, engineer, engineers, ingeniero*, engenheiro*, tecnico*, mechanic*,
    mecanico*, specialist*, especialista*, инженер*, техник*, специалист*, механик*, 技术人员,
    工程师, 技师, 专家, تکنسین*, مهندس*, مکانیک*, کارشناس*
fishermen: fisherm*, fishing, pescador*, pesquer*, рыбак*, рыболов*, 渔民, 渔船, ماهیگیر*
pilot: pilot, pilots, piloto*, aircrew*, летчик*, пилот, пилоты, пилотов, пилота, экипаж*, 飞行员,
    机组, خلبان*
executive: executive*, chairman, ceo, ejecutiv*, executiv*, directiv*, presidente de la empresa,
    директор*, гендиректор*, руководител*, глава компании, 高管, 董事长, 总裁, مدیرعامل, مدیر,
    رئیس هیئت مدیره
company: company, companies, firm, firms, empresa*, compania*, enterprise*, supplier*, subsidiary,
    filial, fabricante*, fornecedor*, proveedor*, transportadora*, корпорац*, компани*,
    предприят*, фирм*, производител*, поставщик*, 公司, 企业, 厂商, 制造商, شرکت*, کارخانه*,
    سازنده, تولیدکننده
bank: bank, banks, bancari*, banco*, банк*, 银行, 央行, بانک*
opposition: opposition*, opositor*, oposicion, oposicao, machado, oposicionist*, оппозици*,
    мачадо, 反对派, 马查多, اپوزیسیون, مخالفان, ماچادو
migrants: migrant*, refugee*, asylum*, asilo*, refugi*, migra*, deport*, tps, мигрант*, беженц*,
    убежищ*, депорт*, 难民, 移民, 庇护, 遣返, پناهنده*, پناهندگی, مهاجران, پناه
residents: resident*, neighbour*, neighbor*, vecin*, morador*, habitante*, villager*, locals,
    жител*, местн*, 居民, 民众, ساکن*, اهالی, مردم
workers: worker*, staff, employee*, trabajador*, trabalhador*, emplead*, obrer*, funcionari*,
    funcionarios, docker*, рабоч*, сотрудник*, работник*, 员工, 工人, 雇员, کارگر*, کارکنان,
    کارمند*
trump: trump*, трамп*, 特朗普, ترامپ
putin: putin*, путин*, 普京, پوتین
maduro: maduro*, мадуро, 马杜罗, مادورو
lavrov: lavrov*, лавров*, 拉夫罗夫, لاوروف
xi: xi jinping, си цзиньпин*, 习近平, شی جین پینگ
wang yi: wang yi, ван и, 王毅, وانگ یی
zelensky: zelensk*, zelenski*, зеленск*, 泽连斯基, زلنسکی
lula: lula, лула, лулу, 卢拉, لولا
petro: gustavo petro, petro, петро, 佩特罗, پترو
delcy: delcy, delsi, делси, 德尔西, دلسی
gil: yvan gil, ivan gil, gil, хиль, 希尔, 伊万 希尔, خیل, ایوان خیل
araghchi: araghchi*, araqchi*, arakchi, арагчи, 阿拉格齐, عراقچی
baghaei: baghaei, baqaei, bagai, baghae, багаи, 巴加埃, بقایی, بقائی
pezeshkian: pezeshkian, пезешкиан*, 佩泽希齐扬, پزشکیان
ryabkov: ryabkov, riabkov, рябков*, 里亚布科夫, ریابکوف
medvedev: medvedev*, медведев*, 梅德韦杰夫, مدودف
volodin: volodin*, володин*, 沃洛金, ولودین
shoigu: shoigu*, шойгу, 绍伊古, شویگو
belousov: belousov*, белоусов*, 别洛乌索夫, بلوسوف
peskov: peskov*, песков*, 佩斯科夫, پسکوف
zakharova: zakharova, zajarova, zakhárova, захаров*, 扎哈罗娃, زاخارووا
nebenzia: nebenzia, nebenzya, небензя, 涅边贾, 涅边兹亚, نبنزیا
mao ning: mao ning, мао нин*, 毛宁, مائو نینگ
lin jian: lin jian, линь цзянь*, 林剑, لین جیان
guo jiakun: guo jiakun, го цзякунь, 郭嘉昆, گوئو جیاکون
guterres: guterres, гутерриш*, 古特雷斯, گوترش
criminals: cartel*, gang*, narco*, traffick*, traficant*, drug boat*, drug*, droga*, cocain*,
    наркот*, наркокартел*, картел*, кокаин*, банд*, 毒品, 贩毒, 集团, 毒枭, کارتل, مواد مخدر,
    قاچاقچی*
terrorists: terroris*, террор*, 恐怖, تروریست*
mercenaries: mercenar*, contractor*, private military, mercenari*, contratista*, наемник*, чвк,
    雇佣兵, مزدور*
"""
)
