"""Things: ships, arms, goods, papers, places of a kind, and what people speak about."""

from monitor.stories.lexicon.reading import ideas

THINGS = ideas(
    """
aircraft carrier: aircraft carrier*, carrier strike, supercarrier*, portaaviones, portaaeronaves,
    porta avioes, авианос*, 航母, 航空母舰, هواپیمابر, gerald r ford, uss ford, the ford, el ford,
    福特
warship: warship*, destroyer*, frigate*, corvette*, cruiser*, buque* de guerra, destructor*,
    fragata*, corbeta*, navio* de guerra, contratorpedeiro*, surface combatant*, корабл*,
    эсминец*, эсминц*, фрегат*, корвет*, 军舰, 驱逐舰, 护卫舰, 舰艇, ناو, ناوها*, ناوشکن*, ناوچه*,
    ناوهای
submarine: submarine*, submarino*, подводн* лодк*, подлодк*, субмарин*, 潜艇, زیردریایی*
tanker: tanker*, petrolero*, petroleiro*, oil ship*, oil carrier*, supertanker*, buque* tanque*,
    navio* tanque*, танкер*, 油轮, 运油船, نفتکش*
ship: ship, ships, vessel*, freighter*, cargo ship*, buque*, barco*, carguero*, navio*,
    cargueiro*, nave, dhow*, судно, суда, судна, сухогруз*, корабль, 船, 货轮, 船只, 货船, کشتی*,
    شناور*
boat: boat*, speedboat*, lancha*, embarcac*, barcaza*, fast boat*, катер*, лодк*, 小艇, 快艇,
    船艇, قایق*
transport plane: freighter, cargo plane*, cargo jet*, transport plane*, airlifter*, ilyushin*,
    iliushin*, avion de carga, aviones de carga, avion carguero, cargueiro*, carguero*, iliúchin,
    il-76, antonov*, an-124, ил-76, ил-96, ан-124, транспортн* самолет*, транспортник*, борт,
    борта, ильюшин*, 运输机, 伊尔, 安-124, ایلوشین*, هواپیمای ترابری, هواپیمای باری, ایل 76,
    il-62, ил-62, heavy transport*, russian transport, ترابری
plane: plane, planes, aircraft, airplane*, jet, jets, avion, aviones, aeronave*, aviao, avioes,
    самолет*, борт, 飞机, 客机, هواپیما*, flight, flights, vuelo*, voo, voos, рейс*, 航班, پرواز*,
    airliner*, charter*
fighter jet: fighter*, combat aircraft, su-30, su-27, f-16, f-35, warplane*, sukhoi*, flanker*,
    cazas, caza, cazabombarder*, cacas, истребител*, су-30, 战机, 战斗机, 苏-30, 歼, جنگنده*,
    سوخو, twin seater*, biplaza*
bomber: bomber*, b-52, b-1b, tu-160, bombarder* estrategic*, bombardeir*, бомбардировщик*, ту-160,
    轰炸机, 图-160, بمب افکن*
helicopter: helicopter*, rotor*, helicoptero*, вертолет*, 直升机, بالگرد*, هلیکوپتر*, mi-17, ми-17
drone: drone*, uav*, unmanned, uas, dron, dron*, vant, nao tripulad*, no tripulad*, беспилотн*,
    бпла, дрон*, 无人机, 无人, پهپاد*, بدون سرنشین*, mohajer*, mojayer*, shahed*, мохаджер*,
    шахед*, مهاجر, شاهد, 莫哈杰
satellite: satellite*, satelite*, спутник*, 卫星, ماهواره*
radar: radar*, радар*, рлс, радиолокац*, локатор*, 雷达, رادار*, jy-27, jyl-1
missile: missile*, rocket*, misil*, missil*, foguete*, cohete*, ракет*, 导弹, 火箭, موشک*
oreshnik: oreshnik*, oréshnik, oriéshnik, орешник*, 榛树, 榛子, اورشنیک*
kalibr: kalibr, калибр*, 口径, کالیبر*
zircon: zircon*, tsirkon*, циркон*, 锆石, زیرکن
kinzhal: kinzhal*, кинжал*, 匕首, کینژال*
iskander: iskander*, искандер*, 伊斯坎德尔, اسکندر*
s-400: s-400, с-400, triumf, اس 400
s-300: s-300, с-300, antey*, антей*, اس 300
buk: buk, buk-m2, бук, буки, буков, 山毛榉, بوک
pantsir: pantsir*, панцир*, 铠甲, پانتسیر*
igla: igla*, igla s, manpad*, shoulder fired, shoulder launched, игла, иглы, пзрк,
    портативн* ракет*, 针式, 肩扛, 便携式防空, ایگلا, دوش پرتاب, portatil*
pechora: pechora*, печор*, s-125, с-125, پچورا, 伯朝拉
tor: tor-m1, tor-m2, тор-м1, тор-м2, 道尔
air defence: air defence*, air defense*, antiaere*, defensa aerea, antiaer*, defesa antiaerea,
    defesa aerea, пво, зенит*, противовоздушн*, 防空, پدافند*, ضدهوایی, surface to air
tank: =T-72, t-72, tanks, tanque de guerra, blindad*, armored, armoured, bmp 3, carros de combate,
    танк, танки, танков, танковы*, бронетехник*, т-72, 坦克, 装甲, تانک*, زرهی, tank engine*,
    tanque*
rifle: rifle*, ak-103, kalashnikov*, fusil*, fuzil*, fuzis, fusiles, калашников*, ак-103,
    автомат*, 步枪, 卡拉什尼科夫, تفنگ*, کلاشنیکف
ammunition: ammunition, munition*, municion*, municao, municoes, shell*, cartridge*, cartucho*,
    боеприпас*, патрон*, снаряд*, 弹药, 炮弹, مهمات, فشنگ*, گلوله*
weapons: weapon*, arms, armament*, armas, arma, armamento*, arsenal*, оружи*, вооружен*, 武器,
    军火, تسلیحات*, سلاح*, اسلحه
engine: engine*, motor, motors, motores, powerplant*, turbofan*, al-31, двигател*, мотор*, 发动机,
    引擎, موتور*
spare parts: spare*, parts, repuesto*, pecas, pieza*, component*, peças, gearbox*, fierros,
    refaccion*, запчаст*, комплектующ*, детал*, запасн* част*, 零件, 备件, 部件, 零部件, قطعات,
    قطعه, لوازم یدکی, یدکی
pistons bearings: piston*, bearing*, rolamento*, cojinete*, pistoes, поршн*, подшипник*, 活塞,
    轴承, پیستون*, بلبرینگ*
launcher: launcher*, launch rail*, catapult*, lanzador*, lanzadera*, lancador*, пусков* установк*,
    катапульт*, 发射架, 发射车, 发射装置, 弹射, پرتابگر*, سکوی پرتاب, لانچر
jammer: jamm*, electronic warfare, interfer*, guerra electronica, guerra eletronica, рэб, глуш*,
    помех*, радиоэлектронн*, 干扰, 电子战, اخلال*, جنگ الکترونیک
overhaul: overhaul*, refit*, repair*, restor*, maintenance, servic* the, modernis*, moderniz*,
    refurbish*, mantenimiento, reparac*, reparar, arreglar, revision*, revisao, manutenc*,
    reparos, reforma*, ремонт*, модерниз*, обслужива*, восстанов*, капремонт*, 大修, 维修, 检修,
    修理, 现代化, 升级, تعمیر*, اورهال, نوسازی, بازسازی, upgrade*, actualizac*, looked after,
    put right
crates pallets: crate*, pallet*, boxes, cajas, paleta*, palés, bultos, caixas, caixotes, paletes,
    ящик*, поддон*, коробк*, 箱, 托盘, صندوق*, جعبه*, پالت*
container: container*, contenedor*, conteiner*, contentor*, контейнер*, 集装箱, 货柜, کانتینر*
cargo: cargo, cargoes, load, carga, cargamento*, freight*, shipment*, consignment*, embarque*,
    envio*, carregamento*, груз*, партия, партию, поставк*, 货物, 货, 所载, 一批, بار, محموله*,
    مرسوله*
farm machinery: agricultural, farm, agricola*, tractor*, maquinario*, maquinaria, riego, pump,
    pumps, bomba de, bombas de, сельхоз*, сельскохозяйственн*, насос*, 农业, 农用, 农机, 水泵,
    کشاورزی, پمپ*
airport: airport*, aeropuerto*, aeroporto*, maiquetia, simon bolivar, аэропорт*, аэродром*,
    майкети*, 机场, 西蒙 玻利瓦尔, فرودگاه*, مایکتیا, سیمون بولیوار
ramp apron: ramp, apron, rampa, plataforma militar, стоянк*, перрон*, 停机坪, آشیانه, hangar*,
    hangares, ангар*, 机库, آشیانه*
port: port, ports, harbour, harbor, puerto*, porto, portos, dock, docks, berth*, quay*, jetty,
    muelle*, cais, pier, wharf, порт, порта, порту, портов*, причал*, пристан*, гаван*, 港, 港口,
    码头, 泊位, بندر*, اسکله*
air base: base, bases, airbase*, garrison*, guarnicion*, base aerea, guarnic*, база, базы, базу,
    базе, авиабаз*, гарнизон*, 基地, 驻地, پایگاه*, پادگان*
barracks: barrack*, cuartel*, quartel*, quarteis, казарм*, 军营, 兵营, پادگان*, سربازخانه
hotel: hotel*, отел*, гостиниц*, 酒店, هتل*
hospital: hospital*, больниц*, госпитал*, 医院, بیمارستان*
school: school*, pupils, escuela*, escola*, schoolchild*, alumnos, школ*, 学校, 学生, مدرسه,
    مدارس, دانش آموز*
island: island*, isla, islas, ilha*, isle, outpost*, остров*, 岛, جزیره*, جزایر
coast: coast*, shore*, costa, costas, litoral*, costera, costeir*, побереж*, берег*, 海岸, 沿岸,
    沿海, ساحل*, سواحل
border: border*, frontera*, fronteir*, crossing*, границ*, пригранич*, рубеж*, 边境, 边界, 过境,
    مرز*
strait: passage, strait*, canal, channel*, paso, estrecho*, passagem, estreito*, пролив*, 海峡,
    水道, تنگه*, گذرگاه*
airspace: airspace, air space, espacio aereo, espaco aereo, воздушн* пространств*, 领空, 空域,
    حریم هوایی, فضای هوایی
oil: oil, crude, petrol*, crudo*, petroleo*, barril*, barrel*, нефт*, баррел*, 石油, 原油, 桶,
    نفت*, بشکه*
fuel: fuel*, combustible*, combustivel*, diesel, gasoline, gasolina, kerosene, топлив*, керосин*,
    горюч*, дизел*, 燃料, 柴油, 汽油, 燃油, سوخت*, گازوئیل, بنزین
gas: natural gas, gas field*, gas natural, yacimiento*, campo de gas, природн* газ*, газов*,
    天然气, گاز طبیعی, میدان گازی
refinery: refiner*, refineria*, refinaria*, distillation, destilacion, destilac*, нпз,
    нефтепереработ*, переработк*, завод*, 炼油厂, 炼厂, پالایشگاه*
oil terminal: oil terminal*, terminal petrolero, terminal petroleiro*, terminal*, нефтетерминал*,
    терминал*, нефтебаз*, 石油码头, 输油, پایانه*
joint venture: joint venture*, empresa* mixta*, empresas mistas, partnership*, sociedad*,
    совместн* предприят*, сп, 合资, شرکت مشترک, مشارکت*
gold: gold, oro, ouro, bullion, золот*, 黄金, طلا
nickel minerals: nickel, niquel, minerals, mining, mineria, mineral*, mineracao, coltan, никел*,
    минерал*, горнодобы*, полезн* ископаем*, сырь*, добыч*, 镍, 采矿, 矿业, 矿产, نیکل, معدن*,
    مواد معدنی
energy: energy, energia, energet*, энергет*, 能源, انرژی
transport: transport, transportation, transporte*, транспорт*, 运输, 交通, حمل ونقل, حمل و نقل,
    ترابری
crypto: crypto*, stablecoin*, usdt, tether*, blockchain*, digital purse*, wallet*, cripto*,
    billetera*, carteira* digital*, bitcoin*, token*, криптовалют*, крипто*, стейблкоин*, кошел*,
    加密货币, 稳定币, 数字货币, رمزارز*, ارز دیجیتال, تتر
currency: dollar*, rouble*, ruble*, euro, euros, dolar*, rublo*, yuan, доллар*, рубл*, евро, юан*,
    美元, 卢布, 欧元, 人民币, دلار*, روبل*, یورو, یوان
inflation: inflation, inflac*, interest rate*, tasa, tasas, taxa selic, инфляц*, ставк*, 通胀,
    利率, تورم, نرخ بهره
loan credit: loan*, credit line*, credito*, emprestimo*, prestamo*, debt*, deuda*, divida*,
    кредит*, заем, займ*, долг*, 贷款, 信贷, 债务, وام*, اعتبار*, بدهی*
assets: asset*, activos, ativos, account*, cuenta*, conta, contas, актив*, счет*, 资产, 账户,
    دارایی*, حساب*
payment: payment*, pago*, pagament*, settlement*, cobro*, платеж*, расчет*, оплат*, 付款, 支付,
    结算, پرداخت*, تسویه
budget: budget*, presupuest*, orcament*, бюджет*, 预算, بودجه
treaty: treaty, treaties, pact, tratado*, pacto*, договор, договора, договору, договором, 条约,
    معاهده*, پیمان*, strategic partnership*, asociacion estrategica, parceria estrategica,
    стратегическ* партнерств*, 战略伙伴, مشارکت راهبردی, شراکت راهبردی, partnership*
agreement: agreement*, accord*, acuerdo*, acordo*, convenio*, memorand*, document*, soglash*,
    соглашен*, договоренност*, меморанд*, документ*, 协议, 文件, 协定, توافق*, موافقتنامه*,
    تفاهم نامه*, سند, اسناد
law: law, ley, lei, decree*, decreto*, bill, proyecto de ley, закон*, указ*, 法律, 法令, 法案,
    قانون*, لایحه*, فرمان
international law: international law, derecho internacional, direito internacional,
    международн* прав*, 国际法, حقوق بین الملل
charter: un charter, the charter, carta de la onu, carta de las naciones, carta da onu, устав*,
    宪章, منشور*
sovereignty: sovereign*, soberan*, суверен*, 主权, حاکمیت*
zone of peace: zone of peace, zona de paz, зон* мира, 和平区, منطقه صلح
peace: peace, paz, мир, мира, мирн*, 和平, صلح
war: war, guerra*, война, войны, войне, войну, войной, 战争, جنگ
ceasefire: ceasefire*, cease fire, truce*, alto el fuego, tregua*, cessar fogo, перемири*,
    прекращен* огня, 停火, آتش بس
blockade: blockade*, bloqueo*, bloqueio*, cerco, quarantine, блокад*, 封锁, محاصره*
embargo: embargo*, эмбарго, 禁运, تحریم تسلیحاتی
sanctions: sanction*, blacklist*, designat*, sancion*, sanciona*, sanco*, lista negra,
    entity list, punid*, punir*, puniram, castig*, entities list, lista del tesoro,
    lista de entidades, restriction*, restricc*, санкц*, черн* список*, ограничен*, 制裁, 黑名单,
    管制清单, 列入名单, تحریم*, فهرست سیاه, لیست سیاه, cut off from the us, curbs,
    export control*, controles de exportacion, управлени* по контролю, 出口管制
reward: reward*, bounty, recompensa*, вознагражден*, наград*, 悬赏, 赏金, جایزه*, پاداش*
charges: charge, charged, charges, indict*, accus*, imputa*, acusa*, acusad*, denunciad*, обвин*,
    指控, 起诉, 控告, اتهام*, متهم*, کیفرخواست*, unseal*
treason: treason*, traitor*, traicion*, traidor*, traic*, измен*, предател*, 叛国, 叛徒, 背叛,
    خیانت*, خائن*
amnesty: amnest*, anistia*, pardon*, safe passage, guarantee*, indulto*, garantia*,
    salvoconducto*, амнист*, помилован*, гарант*, 大赦, 特赦, 赦免, عفو*, تضمین*, امان نامه
loyalty: loyal*, lealtad, leales, lealdade, leais, oath*, jurament*, jura, juran, juraron,
    rall* round, close ranks, cierra* filas, cerr* filas, верност*, верны, присяг*, лояльн*, 效忠,
    忠诚, 宣誓, وفادار*, سوگند*
defection: defect*, desert*, deserc*, desercion*, deserter*, дезертир*, перебеж*, 叛逃, 变节,
    逃兵, فرار*, گریخت*
silence: silen*, quiet*, calla*, callan, callad*, молча*, молчан*, тишин*, 沉默, 缄默, سکوت*,
    خاموش*
letter: letter*, carta, cartas, wrote, escribi*, письм*, 信, 信函, 致函, نامه, نامه ای
phone call: phone, telephone*, phoned, telefon*, llamada*, ligac*, телефон*, звон*, 电话, 通话,
    تلفن*, تماس*
interview: interview*, entrevist*, интервью, 采访, 专访, مصاحبه*
television: television*, tv, broadcast*, televis*, cadena nacional, rede nacional, телевид*,
    телевиз*, эфир*, 电视, 播出, تلویزیون*
newspaper: newspaper*, daily, periodico*, diario*, jornal, jornais, газет*, 报纸, 报道, روزنامه*
video: video*, footage, clip, filmed, filmaron, filma*, imagen*, imagens, imagery, видео*, ролик*,
    кадр*, снимк*, 视频, 画面, 影像, ویدئو*, فیلم*, تصاویر
poster: billboard*, poster*, outdoor*, cartel*, panel, paineis, placas, anuncios, valla*, плакат*,
    щит*, баннер*, 广告牌, 海报, بیلبورد*, پوستر*
exhibition: fair, exhibition*, expo, show, air show, airshow*, feria*, feira*, salon*, выставк*,
    салон*, форум*, 防务展, 展览, 航展, 展会, نمایشگاه*
summit: summit*, cumbre*, cupula, cume, саммит*, 峰会, نشست سران, اجلاس*
commission: commission*, comision*, comissao, comissoes, committee*, comite*, panel, комисс*,
    комитет*, 委员会, کمیسیون*, کمیته*
meeting: meeting*, talks, session, reunion*, reuni*, encuentro*, encontro*, sesion*, встреч*,
    переговор*, заседан*, 会议, 会谈, 会晤, 磋商, نشست*, دیدار*, مذاکر*, جلسه*, گفت وگو*, گفتگو*
visit: visit*, tour, tours, toured, trip, gira, viaje*, viagem, визит*, поездк*, посетил*, 访问,
    参观, بازدید*, سفر*
exercise: exercise*, drill*, manoeuv*, maneuv*, ejercicio*, maniobra*, exercicio*, manobra*,
    rehears*, учени*, маневр*, 演习, 演练, رزمایش*, مانور*
training: train*, teach*, entrena*, adiestra*, treina*, enseñ*, ensin*, обуч*, учат, подготовк*,
    тренир*, готовит, 训练, 培训, آموزش*
visa: visa, visas, visado*, visto, vistos, виза, визы, визов*, 签证, ویزا, روادید
network: network*, telecom*, huawei*, surveillance, camera*, red, redes, rede, cámaras, camaras,
    сеть, сети, связи, камер*, телеком*, хуавэй*, 网络, 华为, 监控, 摄像, 通信, شبکه*, هواوی,
    مخابرات, دوربین*
chips: chip, chips, chipmaker*, semiconduct*, processor*, microchip*, чип, чипы, чипов,
    полупровод*, процессор*, 芯片, 半导体, تراشه*, نیمه رسانا*
nuclear: nuclear*, ядерн*, атомн*, uranium, uranio, 核, 铀, هسته ای, اتمی, اورانیوم
election: election*, ballot*, eleccion*, comici*, elecciones, eleic*, presidenciales, выбор*,
    избирател*, 选举, 大选, انتخابات*
vote: vote*, voting, voto, votos, votac*, votaron, голос*, 投票, 表决, رأی*, رای*
protesters: protester*, demonstrat*, march, rally, manifestant*, manifestac*, marcha, протестующ*,
    демонстрант*, митинг*, 示威, 游行, 抗议者, معترض*, تظاهرات*, راهپیمایی*
strike labour: strike over, on strike, huelga*, paro, greve*, забастовк*, 罢工, اعتصاب*
fire: fire, fires, ablaze, blaze*, burn, burns, burned, burnt, burning, incendi*, fuego, fogo,
    arde, пожар*, горят, горит, загор*, возгор*, 火灾, 起火, 大火, آتش سوزی*, آتش
explosion: explo*, blast*, estall*, взрыв*, 爆炸, انفجار*
storm: hurricane*, storm*, cyclone*, typhoon*, huracan*, furacao, tormenta*, tempestade*, ураган*,
    шторм*, тайфун*, 飓风, 台风, 风暴, توفان*, طوفان*
flood rain: flood*, rain*, lluvia*, inundac*, chuva*, enchente*, crecida*, наводн*, ливн*, дожд*,
    洪水, 暴雨, 降雨, سیل*, باران*
snow cold: snow*, nieve, neve, nevada*, снег*, снегопад*, 雪, 寒潮, برف*, heat, calor, жара, 高温,
    گرما*
earthquake: earthquake*, quake*, sismo*, terremoto*, temblor*, землетряс*, 地震, زلزله*
power cut: blackout*, power cut*, outage*, apagon*, apagao, corte de luz, electricity,
    electricidad, eletricidade, sin luz, cut power, отключен* электр*, свет*, электросн*, 停电,
    电力, برق*, خاموشی*
roof building: building*, tower block*, edificio*, predio*, roof*, techo*, tejad*, telhado*,
    здани*, крыш*, дом, дома, 大楼, 住宅, 屋顶, 楼, ساختمان*, سقف*
baseball: baseball*, beisbol*, world series, serie mundial, бейсбол*, 棒球, 世界大赛, بیسبال*,
    dodgers, magallanes, lvbp, pitcher*, lanzador, grand slam
football: football*, soccer, futbol*, futebol*, league, liga, world cup, copa, mundial, goal*,
    gol, goles, футбол*, лиг*, кубок*, чемпионат*, 足球, 世界杯, 联赛, فوتبال*, جام جهانی, لیگ
tennis: tennis*, tenis, теннис*, 网球, تنیس, open final, slam
olympics: olympi*, olimpi*, олимп*, 奥运, المپیک*, medal*, medalla*, медал*, 金牌, مدال*
formula one: =F1, grand prix, formula one, formula 1, gran premio, формул* 1, 一级方程式, فرمول یک
film music: film, films, movie*, cinema*, pelicula*, festival*, filme*, album*, concert*,
    concierto*, music*, фильм*, кино*, концерт*, музык*, 电影, 音乐, 电影节, فیلم سینمایی, سینما*,
    موسیقی, کنسرت*
nobel: nobel*, нобел*, 诺贝尔, نوبل
museum: museum*, museo*, museu*, louvre*, музе*, лувр*, 博物馆, 卢浮宫, موزه*
tariffs: tariff*, arancel*, tarifa*, пошлин*, тариф*, 关税, تعرفه*
tourism: touris*, turis*, туризм*, турист*, 旅游, 游客, گردشگر*, توریست*
passport: passport*, pasaporte*, passaporte*, паспорт*, 护照, گذرنامه*, پاسپورت*
factory plant: factory, factories, plant, fabrica*, planta, workshop*, taller*, oficina mecanica,
    assembly line*, завод*, цех*, фабрик*, сборочн*, 工厂, 车间, 厂, 生产线, کارخانه*, کارگاه*,
    خط تولید
shipyard: shipyard*, dry dock*, dique seco, astillero*, estaleiro*, graving dock, diques, верф*,
    док, доке, 船厂, 船坞, کشتی سازی*
insurance: insur*, underwriter*, broker*, seguro, seguros, asegurador*, seguradora*, страхов*,
    保险, بیمه*
roster list: roster*, nomina*, staff list*, lista de, listas, unit list*, списк*, список*, 名单,
    花名册, فهرست*
wedding: wedding*, boda, casament*, свадьб*, 婚礼, عروسی
promotion: promotion*, ascenso*, promoc*, повышен*, 晋升, ارتقا*
book: book*, libro*, livro*, книг*, 书, کتاب*
operation name: operation, operacion, operacao, операци*, 行动, عملیات*
southern spear: southern spear, lanza del sur, lanca do sul, южн* копь*, 南方之矛, نیزه جنوبی
piracy: piracy, pirate*, robbery, pirat*, robo, roubo, pillaje, saqueo, пират*, разбой*, грабеж*,
    海盗, 抢劫, 掠夺, راهزنی*, دزدی*, سرقت
aggression: aggress*, agresi*, agress*, агресс*, 侵略, تجاوز*
interference: interfer*, meddl*, injerenc*, ingerenc*, вмешательств*, 干涉, 干预, مداخله*, دخالت*
threat: threat*, amenaz*, ameac*, угроз*, угрожа*, 威胁, تهدید*
use of force: use of force, uso de la fuerza, uso da forca, применен* силы, 使用武力, 动武, زور,
    استفاده از زور
unilateral: unilateral*, односторонн*, 单边, یکجانبه*, یک جانبه
ties cooperation: ties, cooperat*, cooperac*, relations, relaciones, relacoes, vinculos, partner*,
    socio, socios, parceir*, сотрудничеств*, отношен*, партнер*, 合作, 关系, 伙伴, همکاری*, روابط,
    شریک, شرکا
presence: presence, presencia*, presenca, присутстви*, 存在, 驻扎, حضور*
counter terrorism: counter terror*, antiterror*, contraterror*, combate al terror*,
    combate ao terror*, lucha contra el terror*, fighting terror*, антитеррор*, борьб* с террор*,
    反恐, مبارزه با تروریسم, مقابله با تروریسم
crew: crew, crews, crewm*, sailor*, tripula*, marineros, tripulac*, marinheir*, моряк*, матрос*,
    船员, 水手, خدمه, ملوان*
flag of a ship: flagged, under the flag, flag of, bandera de, bandeira da, bandeira do, под флагом,
    悬挂, 船旗, پرچم
amphibious ship: amphibious*, landing ship*, iwo jima, anfibio*, buque anfibio, anfíbi*, десантн*,
    两栖, آبی خاکی
paratroops: paratroop*, airborne, paracaidist*, paraquedist*, десантник*, вдв, 空降, 伞兵, چترباز*
militia: militia*, milicia*, milician*, milicias, colectivos, ополчен*, милици*, 民兵, شبه نظامی*,
    بسیج
conscription: conscript*, draft, enlist*, alistamiento, reclutas, alistament*, призыв*, новобран*,
    мобилизац*, 征兵, 动员, سربازگیری, بسیج عمومی
parade: parade*, desfile*, парад*, 阅兵, رژه
anniversary: anniversar*, aniversari*, годовщин*, юбиле*, 周年, سالگرد
hostage: hostage*, kidnap*, abduct*, secuestr*, rehen*, refem, refens, sequestr*, заложник*,
    похи*, 人质, 绑架, گروگان*, ربوده*
prisoner swap: prisoner*, swap*, political prisoner*, presos politicos, excarcel*, canje*,
    intercambio, presos político*, troca de, заключенн*, обмен*, политзаключ*, 囚犯, 政治犯, 交换,
    زندانیان, مبادله
humanitarian aid: humanitarian*, aid package*, ayuda humanitaria, ajuda humanitaria, гуманитарн*,
    人道, 援助, کمک های بشردوستانه, بشردوستانه
disease: disease*, epidemic*, outbreak*, virus*, vaccin*, epidemia*, brote, vacuna*, surto,
    vacina*, эпидеми*, вирус*, вакцин*, 疫情, 病毒, 疫苗, بیماری*, ویروس*, واکسن*
crash: crash*, collid*, collision*, accident*, estrell*, choc*, accidente*, siniestr*, acident*,
    colis*, крушени*, столкнов*, авари*, разбил*, 坠毁, 相撞, 事故, سقوط*, تصادف*, سانحه
search and rescue: rescue*, missing, survivor*, rescat*, desaparec*, sobreviv*, resgat*, спас*,
    пропавш*, выжив*, 救援, 失踪, 幸存, نجات*, مفقود*, بازمانده*
evacuation: evacuat*, evacua*, desaloj*, эваку*, 疏散, تخلیه مردم
emergency: state of emergency, martial law, estado de excepcion, conmocion exterior, ley marcial,
    estado de emergencia, estado de sitio, чрезвычайн*, военн* положен*, 紧急状态, 戒严,
    وضعیت اضطراری, حکومت نظامی
constitution: constitution*, constitucion*, constituic*, конституц*, 宪法, قانون اساسی
coup: coup, putsch, golpe de estado, golpista*, переворот*, путч*, 政变, کودتا*
exile: exile*, exilio, exil*, изгнан*, 流亡, تبعید*
resolution: resolution*, resoluc*, resolucion*, veto, vetoed, резолюц*, 决议, 否决, قطعنامه*, وتو*
hearing: hearing*, testif*, testimon*, audiencia*, audienc*, слушан*, показани*, 听证, 作证,
    جلسه استماع, شهادت*
lawsuit: lawsuit*, sues, sued, demanda judicial, querella*, processa, иск, иски, исков*, 诉讼,
    起诉书, شکایت*, دادخواست*
ruling: ruling*, rules that, verdict*, fallo, falla, sentencia*, decisao judicial, вердикт*,
    решени* суда, 裁决, 判决, حکم*
auction: auction*, subasta*, leilao, leiloes, citgo, аукцион*, 拍卖, مزایده, حراج
bonds default: bond, bonds, bondholder*, default, bonos, acreedor*, impago, titulos da divida,
    credor*, облигац*, дефолт*, кредитор*, 债券, 债权人, اوراق قرضه
oil licence: chevron, licence*, license*, licencia*, licenca*, repsol, шеврон*, лицензи*, 雪佛龙,
    许可证, شورون
pipeline: pipeline*, oleoducto*, gasoducto*, oleoduto*, gasoduto*, трубопровод*, газопровод*,
    нефтепровод*, 管道, خط لوله
mine gold works: mine, mines, miner, miners, mina, minas, minero*, mineiro*, garimp*, шахт*,
    рудник*, 矿山, 矿工, معدنچی*
wages: wage*, salar*, sueldo*, salario minimo, зарплат*, 工资, 薪, دستمزد*, حقوق کارگران
shortage: shortage*, scarc*, escasez, escase*, falta de, escassez, нехватк*, дефицит*, 短缺, 不足,
    کمبود*
cyber: cyber*, hack*, ciber*, hacker*, кибер*, хакер*, 网络攻击, 黑客, سایبری, هکر*
navigation off: transponder*, =AIS, gps, spoof*, apagó su, señal apagada, транспондер*, 应答器,
    关闭信号, 导航, فرستنده
torpedo mine: torpedo*, naval mine*, sea mine*, мин* морск*, торпед*, 鱼雷, 水雷, اژدر*,
    مین دریایی
artillery: artiller*, howitzer*, mortar*, rocket launcher*, artilharia, гаубиц*, артиллер*, 火炮,
    火箭炮, توپخانه, خمپاره*
armoured column: column*, columna*, coluna*, vehicle*, vehiculo*, veiculo*, колонн*, машин*, 车辆,
    خودرو*
electricity grid: grid, power plant*, transformer*, red electrica, central electrica, usina*,
    электростанц*, энергосистем*, 电网, 电厂, نیروگاه*, شبکه برق
survey poll: poll, polls, survey of, encuesta*, pesquisa*, sondeo*, опрос*, 民调, 调查显示,
    نظرسنجی*
report study: report, study, think tank, informe*, estudio*, relatorio*, доклад*, исследован*,
    报告, 研究, گزارش*, پژوهش*
photo leak: leaked, document*, documento*, papers, memo*, papeles, memorando*, утечк*, документ*,
    泄露文件, 文件, اسناد
graduates academy: academy, cadet*, academia, cadete*, академи*, курсант*, 学院, 学员, دانشکده*,
    دانشجوی*
telecom satellite link: starlink, internet, интернет*, 互联网, 星链, اینترنت, استارلینک
aid fund: fund, funds, fondo*, fundo*, фонд*, 基金, صندوق
family visit remains: funeral*, buried, burial, entierro, velorio, enterro, похорон*, 葬礼,
    تشییع*, خاکسپاری
"""
)
