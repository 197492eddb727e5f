"""Acts: what somebody does or says, in the words by which news tells it."""

from monitor.stories.lexicon.reading import ideas

ACTS = ideas(
    """
land arrive: land, lands, landed, arriv*, reach*, aterriza*, llega, llegan, llego, llegaron,
    llegada, llegado*, pousa*, pousou, chega*, chegou, chegam, touched down, turned up, fly in,
    flew in, flown in, прибы*, приземл*, прилет*, сел, 抵达, 降落, 飞抵, 到达, 运抵, رسید*, فرود*,
    نشست, وارد
depart leave: left, leave, leaves, depart*, flew out, fly out, sail*, set sail, zarp*, sale,
    salen, salio, salieron, partio, despeg*, deja, abandon*, saiu, sairam, deixa*, вылет*, отплы*,
    покин*, уехал*, ушел, ушли, 离开, 撤离, 离境, 启程, 起飞, ترک*, خارج, خروج
fly on: flew, flies, fly, flying, vuela*, volo, voló, volar, voou, voar, летел*, летит, летают,
    полет*, 飞往, 飞行, 飞, پرواز کرد*
stop over: stop, stops, stopover*, escala*, via, parar, paradas, остановк*, посадк*, промежуточн*,
    经停, 中转, 绕道, توقف*, roundabout, scenic route, by way of, dá a volta, вокруг
unload: unload*, offload*, emptied, empty by, descarg*, desembarc*, bajaron, bajar, taken off,
    descarreg*, разгру*, выгру*, 卸下, 卸货, 卸, تخلیه*, خالی کرد*
deliver: deliver*, hand* over, entreg*, suministr*, fornec*, supply, supplies, supplied, send,
    sending, sends, sent, enviar, envia*, mandar, mando, передач*, переда*, постав*, доставл*,
    отправ*, 交付, 供应, 提供, 移交, 交货, 送, تحویل*, ارسال*, سپردن, سپرد*, فرستاد*
request: ask*, request*, seek*, sought, pide*, pidio, pidió, pedir, pediu, pede, pedem, solicit*,
    appeal*, просит*, попрос*, запрос*, обрат*, 请求, 要求, 提出, 求助, درخواست*, خواست*, خواستار
buy: buy*, bought, purchas*, acqui*, compra*, adquir*, adquisic*, купи*, закуп*, приобрет*,
    покуп*, 购买, 采购, 买卖, خرید*
sell: sell*, sale, sales, sold, vend*, venta*, прода*, 出售, 销售, 卖, فروش*, فروخت*
seize: seiz*, captur*, impound*, confiscat*, decomis*, incaut*, apreen*, apresa*, apresó, retid*,
    retenid*, retiene, boarded, boarding, stormed, storming, takeover, taking over, захва*, изъя*,
    конфиск*,
    задержан* судн*, арест* судн*, арестов* танкер*, 扣押, 没收, 截获, 查获, 夺取, 扣留, 截停,
    توقیف*, ضبط*, تصاحب*, مصادره*, taken from, tomó, tomaron, holds, held up, взят* под контроль
intercept: intercept*, stopped, stops, stop a, chase*, turn* back, turned back, boarding, board*,
    abord*, intercepta*, persegu*, перехват*, досмотр*, остановил*, преслед*, развернул*, 拦截,
    登船, 追踪, 折返, 截停, رهگیری*, تعقیب*, بازگشت*, متوقف کرد*, detuvo, reversed course
arrest: arrest*, detain*, detention, held, custody, jail*, deten*, detuv*, apresad*, preso,
    presos, caen, prend*, prisao, presa, арест*, задерж*, под стражу, 逮捕, 被捕, 拘留, 抓捕,
    بازداشت*, دستگیر*, دستگیری
prison: prison*, jail, jailed, ramo verde, cárcel, carcel, cadeia, sentenc*, condena a, тюрьм*,
    тюремн*, колони*, приговор*, 监狱, 判刑, 判处, زندان*, محکوم به
extradite: extradit*, extradic*, extraditar, экстради*, выдач*, 引渡, استرداد*
trial: trial, juicio*, julgament*, процесс, судить, 审判, 受审, محاکمه*, plead*, guilty, culpab*,
    виновн*
kill: kill*, dead, deaths, died, dies, murder*, slain, mueren, muert*, mato, mata*, asesin*,
    mort*, assassin*, погиб*, убит*, убийств*, жертв*, 死亡, 身亡, 丧生, 打死, 谋杀, کشته*,
    جان باخت*, قتل*, مرگ
wound: wound*, injur*, herid*, ferid*, ранен*, пострада*, 受伤, 伤亡, زخمی*, مجروح*, casualt*
strike attack: strike, strikes, struck, attack*, hit, hits, raid*, bomb*, ataque*, ataca*, ataco,
    golpe*, bombarde*, blown up, atinge*, atingiu, удар*, атак*, нанес*, налет*, обстрел*, 袭击,
    打击, 空袭, 攻击, 击毁, حمله*, حملات, بمباران*, ضربه*
destroy: destroy*, destru*, sink, sank, sunk, hundi*, blown, volad*, уничтож*, потоп*, разруш*,
    摧毁, 击沉, 击毁, نابود*, غرق*, منهدم*, انهدام
damage: damage*, dañ*, dano, danos, danific*, averia*, averi*, поврежд*, ущерб*, 受损, 损坏,
    آسیب*, خسارت*
shoot down: shoot down, shot down, downed, derrib*, abat*, сбит*, сбил*, 击落, سرنگون*, ساقط
halt: halt*, suspend*, stopp*, paralis*, paraliz*, suspen*, detien*, shut*, idle*, cerrad*,
    cierra, fecha, fechou, приостан*, остановл*, остановк*, прекрат*, 停止, 暂停, 中断, 停产,
    叫停, متوقف*, تعطیل*, توقف*
resume: resum*, restart*, reopen*, reanud*, reinici*, reabr*, retom*, возобнов*, снова откры*,
    恢复, 重启, 重开, از سر گرفت*, بازگشایی*
delay: delay*, postpon*, shelv*, wait, waits, waiting, retras*, aplaz*, demora*, espera, adia*,
    adiou, atras*, задерж*, отлож*, перенес*, отсроч*, ждет, ждут, 推迟, 延迟, 延期, 搁置, 等待,
    تاخیر*, تعویق*, معطل*, منتظر*, no date*, sin fecha*, sem data*, no timetable, сроков не,
    сроки не, 未明确, in due order, due order, in turn, en su turno, в порядке очереди, 依次,
    به نوبت, queue, turned away, no slot*
sign: sign, signs, signed, signature, signing, firm*, suscrib*, suscrit*, assin*, sanciona,
    promulga*, подпис*, 签署, 签字, 签订, امضا*
ratify: ratif*, approv*, clear*, green light, aprob*, aprov*, ратиф*, одобр*, утверд*, 批准, 通过,
    审议, تصویب*, تایید*
submit: submit*, introduc*, tabl*, present*, внес*, внос*, представ*, 提交, ارائه*, remit*
extend: extend*, prolong*, renew*, prorrog*, extien*, renov*, amplia*, продл*, пролонг*, 延长,
    续签, 延期至, تمدید*
expire end: expire*, expira*, end, ends, ended, venc*, termin*, истек*, оконч*, заверш*, 到期,
    结束, پایان*, منقضی*
begin: begin*, began, start*, launches, launched, comenz*, comienz*, inici*, começ*, comec*,
    arranc*, начал*, начин*, начат*, запуст*, стартов*, 开始, 启动, 发起, آغاز*, شروع*,
    راه اندازی*
condemn: condemn*, denounc*, decri*, conden*, repudi*, rechaz*, reject*, rejeit*, protest,
    protests, protesta*, protesto*, deplor*, slam*, oppos*, opon*, opus*, осуд*, осужд*, отверг*,
    протест*, против, возмущ*, 谴责, 反对, 抗议, 驳斥, 强烈不满, محکوم*, اعتراض*, مخالف*, رد کرد*,
    spurn*, desech*
violate: violat*, breach*, viol*, infring*, contravien*, наруш*, противореч*, 违反, 侵犯, 违背,
    نقض*, خلاف
accuse: accus*, acus*, blame*, blam*, culpa*, alleg*, обвин*, 指责, 指控, متهم*, اتهام*, reproch*,
    tilda, tacha, calls, called, назвал*, 称, خواند*, خواندن
warn: warn*, advert*, advirti*, alert*, caution*, предупре*, предостер*, 警告, 提醒, هشدار*
deny: deny, denies, denied, denial, niega*, nego, negó, nega, negou, negar*, negaron, negaram,
    negado, desmient*, desmint*, desment*, отриц*, опроверг*, не подтверд*, 否认, 辟谣, تکذیب*
confirm: confirm*, corrobor*, подтверд*, подтвержд*, 证实, 确认, تایید کرد*, تأیید کرد*
charge: charged, charges, indict*, prosecut*, imput*, procesad*, fiscal* acus*, indiciad*,
    предъяв* обвин*, 起诉, 检方, کیفرخواست*, تفهیم اتهام*
declined comment: declin*, no comment, refus* to comment, without comment, sin comentar*,
    no quiso, se nego, sem comentar, отказал*, комментар*, 拒绝置评, 未置评, 未予, اظهارنظر نکرد*,
    توضیحی نداد*, ni el pentagono, silent, молчит, did not say, not declared, undeclared,
    not disclosed, no fue informad*, nao foi informad*, не сообща*, 未予公布, 未公布, 未透露,
    would only speak, vague, nadie ha dicho, ни слова, تنها از
vow: vow*, pledg*, promis*, promet*, compromet*, обещ*, обяза*, заверил*, 承诺, 誓言, 保证, وعده*,
    قول, تعهد*
offer: offer*, propos*, ofrec*, oferta*, ofert*, oferec*, float*, предлож*, предлаг*, 提议, 提出,
    建议, 愿意, پیشنهاد*
support: support*, back*, respald*, apoy*, apoi*, solidari*, endors*, поддерж*, солидарн*, 支持,
    声援, حمایت*, پشتیبانی*, همبستگی*, voiced support
call for: urge*, call on, call for, called for, calls on, calls for, insta, instó, insto, pide,
    piden, exig*, exort*, llama a, llamado a, призва*, призыв*, потребов*, требу*, 敦促, 呼吁,
    要求, فراخواند*, خواستار*, درخواست*
insist: insist*, reiterat*, reafirm*, reaffirm*, reiter*, ratific*, подчерк*, подтверд*, настаив*,
    重申, 强调, تاکید*, تکرار*
say could: could, may, might, podria*, poderia*, допуст*, возможн*, не исключ*, 可能, 或将, ممکن*,
    می تواند, no obstacle, no treaty, trabas, obstacul*, препятств*, ограничен* нет, مانع*,
    sees no
summon: summon*, convoc*, llam* a consultas, recall*, retir* a su embajador, вызва*, отозв*, 召见,
    召回, احضار*, فراخواند*
expel: expel*, expuls*, deport*, высл*, выдвор*, изгн*, 驱逐, 遣返, اخراج*
resign: resign*, quit, step* down, step aside, renunc*, dimit*, dimis*, отстав*, уволил*, 辞职,
    下台, استعفا*, کناره گیری*
dismiss: dismiss*, sack*, fired, oust*, remov*, replac*, purg*, reliev*, releva*, destitu*, cesa*,
    sustitu*, barrida, salen, exoner*, substitu*, уволен*, снят*, снял*, смен*, смещ*, 撤换, 免职,
    解职, 更换, 撤职, برکنار*, عزل*, تغییر*
appoint: appoint*, nam* new, nomin*, nombra*, design* a, nomea*, назнач*, 任命, منصوب*, انتصاب*
surrender arms: hand* their rifles, handed their, lay down, surrender*, entregan fusil*,
    entregaram, entregam, deponer, rind*, rend*, сдал*, сложил* оружи*, 缴械, 投降, 交出, تسلیم*,
    تحویل دادند
cross flee: cross*, flee*, fled, cruz*, huy*, huid*, atravess*, fog*, пересек*, перешл*, бежал*,
    бежа*, сбежал*, 越境, 逃往, 越过, 逃, گریخت*, عبور*, فرار*
join: join*, sum*, incorpor*, une, unen, junta, juntar*, присоедин*, примкн*, 参加, 加入, پیوست*
deploy: deploy*, desplieg*, despleg*, mobiliz*, movil*, position*, build up, mobiliza*, implant*,
    разверн*, размест*, переброс*, 部署, 集结, 调动, استقرار*, مستقر*, لشکرکشی*, move, moves,
    mueve*, traslad*, move*, перемест*, 转移, انتقال*
withdraw: withdraw*, pull out, pull back, retir*, repleg*, recua*, отвод*, вывод, вывел*, отвел*,
    撤回, 撤军, 撤出, عقب نشینی*, خارج کرد*
enter transit: enter*, transit*, pass through, passed, passes, sailed through, ingres*, entra,
    entro, entran, cruzo, cruza, navega*, atraves*, вош*, вход*, прош*, 驶入, 通过, 进入, گذشت*,
    وارد*
dock call: dock, docks, docked, port call, atrac*, recala*, arrib*, escala, пришварт*, причал*,
    заход*, 停靠, 靠港, پهلو گرفت*
patrol overfly: patrol*, overfl*, sobrevuel*, sobrevoo*, sobrevo*, patrull*, patrulh*, патрул*,
    облет*, пролет*, 巡逻, 飞越, 巡航, گشت*, پرواز بر فراز
test: test, tests, tested, tes, prueba*, ensay*, teste, testou, испыт*, 测试, 试射, آزمایش*
produce: produc*, manufactur*, assembl*, ensambl*, fabric*, mont*, produz*, montag*, произв*,
    сбор*, сборк*, выпуск*, 生产, 组装, 制造, تولید*, مونتاژ*, سر هم
build: build*, built, construct*, constru*, obra*, строит*, постро*, 建设, 修建, 建造, ساخت*,
    احداث*
installation: fit, install*, instal*, equip*, установ*, оснаст*, 安装, 配备, نصب*, مجهز*
inspect: inspect*, survey*, inspecc*, inspec*, revis*, провер*, инспек*, осмотр*, 检查, 查验,
    بازرسی*, بررسی*
investigate: investigat*, probe*, indag*, investig*, averigu*, расслед*, 调查, تحقیق*
discover: found, find*, discover*, came upon, turn* up, hall*, encontr*, descub*, achou, обнаруж*,
    наш*, 发现, 查获, کشف*, یافت*, پیدا*
lead command: leads, led by, heads, headed, at the front, command, encabez*, lider*, dirig*,
    comanda, frente do, возглав*, руковод*, 率领, 领导, 带领, رهبری*, سرپرستی*, فرماندهی*
reveal: reveal*, disclos*, leak*, revel*, filtr*, vaz*, раскры*, сообщил*, рассказ*, утечк*, 披露,
    透露, 泄露, فاش*, افشا*, خبر داد*
claim boast: boast*, claims, presum*, praise*, elogi*, alab*, похвал*, заяви*, 宣称, 赞扬, 声称,
    ادعا*, ستود*, ستایش*
announce: announc*, anunci*, объяв*, анонс*, 宣布, اعلام*
raise: rais*, increas*, hike*, sub*, aument*, elev*, duplic*, double*, повыс*, увелич*, подн*,
    удво*, 提高, 上调, 增加, 翻倍, افزایش*, بالا رفت*, بالا برد*, rise*
cut lower: cut, cuts, reduc*, lower*, recort*, baj*, cort*, сниз*, сокр*, уменьш*, 降低, 削减,
    下调, 减少, کاهش*
freeze block: freez*, froze*, block*, congel*, bloque*, locked, замор*, блокир*, 冻结, 查封,
    مسدود*, بلوکه*
ban: ban, bans, banned, prohib*, forbid*, vet*, proib*, запрет*, запрещ*, 禁止, 禁令, ممنوع*
lift: lift*, eas*, waiv*, licen*, levant*, alivi*, licenc*, снят* санкц*, лиценз*, исключ*, 解除,
    放宽, 许可, 豁免, لغو*, مجوز*, رفع
pay: pay, pays, paid, pag*, cobr*, оплат*, плат*, 支付, 付, پرداخت*
trade exchange: trade, comercio*, торгов*, товарооборот*, 贸易, تجارت*, export*, экспорт*, 出口,
    صادرات*, import*, импорт*, 进口, واردات*
negotiate: negotiat*, talk, talks, discuss*, haggl*, negoci*, dialog*, convers*, discut*, обсу*,
    переговор*, диалог*, 谈判, 商谈, 讨论, 磋商, 协商, مذاکر*, گفت وگو*, گفتگو*
mediate: mediat*, mediac*, mediad*, посредн*, 斡旋, 调解, میانجی*
meet: met, meet, meets, reunio, reunió, reúne*, reune*, encontrou, встрет*, 会见, 会面,
    دیدار کرد*, receive*, recib*, receb*, принял
win: win, wins, won, beat, beats, victor*, gana*, gano, ganó, vence*, venceu, derrot*, побед*,
    выигр*, обыгр*, 获胜, 击败, 夺冠, 胜, پیروز*, شکست*
lose: lose*, lost, defeat*, pierd*, perdi*, perde*, проигр*, потер*, 失利, 失去, باخت*, از دست
draw sport: draw, sorteo*, sorteio*, жереб*, 抽签, قرعه*
celebrate: celebrat*, celebr*, festej*, comemor*, праздн*, 庆祝, جشن*
canonise: canoni*, santo, santos, saint*, канониз*, 封圣, قدیس*
take asylum: asylum, asilo, refug*, убежищ*, 庇护, 避难, پناهندگ*, پناه*
hold bail: bail, fianz*, fianç*, залог*, 保释, وثیقه*
read statement: read, statement, communique, comunicado, leyo, leyó, leyeron, leu, nota,
    declarac*, заявлен*, 声明, 宣读, بیانیه*, خواندند
refuse: refus*, declin*, disobey*, neg* a, nieg*, recus*, отказ*, отказы*, 拒绝, 不愿, امتناع*,
    خودداری*, سرپیچی*, نپذیرفت*
contact: contact*, contacto*, contato*, hablar con, hablaban, chat, charla*, convers*, контакт*,
    связ* с, 接触, 联系, تماس*, ارتباط*, talking to, emisari*
spy pass: unit list*, hand* over list*, filtr*, entregado, entregar, dando, dar, переда*, выда*,
    泄露, 提供名单, لو داد*, در اختیار
recruit bribe: recruit*, bribe*, turn, courtship, reclut*, soborn*, cooptar, recrut*, suborn*,
    вербов*, подкуп*, 策反, 收买, 招募, رشوه*, جذب*, تطمیع*
smuggle: smuggl*, contraband*, contrabando, контрабанд*, 走私, قاچاق*
guard escort: escort*, guard, escolt*, custod*, конво*, сопровожд*, эскорт*, 护航, 押送, 护送,
    اسکورت*, همراه*
convoy truck: convoy*, lorr*, truck*, camion*, caminh*, caravan*, грузовик*, колонн*, 车队, 卡车,
    کامیون*, کاروان*
night: overnight, night, dark, dawn, noche, madrugada, noite, ночь*, ночью, ночн*, 夜间, 凌晨, 夜,
    连夜, شبانه, شب, شامگاه, بامداد
track data: track*, flight data, flightradar*, transponder*, rastre*, seguimiento, rastream*,
    трекер*, отслеж*, слежен*, 追踪数据, 航班追踪, ردیابی*, سامانه رهگیری
largest: biggest, largest, newest, strongest, most powerful, mayor, mas grande, maior, крупнейш*,
    самый, самая, самое, мощн*, 最大, 最强, 最先进, بزرگ ترین*, بزرگترین*, قوی ترین*, قدرتمندترین*
first time: first, primer, primero, primera, primeir*, перв*, 首次, 首批, 第一, نخستین*, اولین*,
    اول
second time: second, another, again, segund*, otra vez, otro, outr*, de novo, втор*, снова, вновь,
    опять, 再次, 第二, 又, دومین*, دوباره, بار دیگر, دوم
home orders first: home order*, domestic order*, domestic, internal orders, pedidos internos,
    demanda interna, внутренн*, own air force, 国内订单, سفارش* داخلی, داخلی
jurisdiction: long arm, jurisdicc*, jurisdic*, юрисдикц*, 长臂, 管辖, صلاحیت
lawful legit: legitim*, legal, rightful, законн*, 合法, 正当, مشروع*, قانونی
illegal: illegal*, ilegal*, unlawful*, illicit*, ilicit*, незакон*, противоправн*, 非法,
    غیرقانونی*
choose partners: right to, derecho a, derecho de, direito de, право на, вправе, 有权, حق, entitled
dignity: humiliat*, dignity, dignidad*, dignidade, достоин*, 尊严, کرامت, عزت
invasion: invasion*, invad*, invas*, вторж*, вторг*, интервенц*, 入侵, حمله زمینی, اشغال*,
    land attack*, ataque en tierra, ataque terrestre, на суше, 地面
full order books: backlog*, committed, slot*, berth, cupo*, fila, очеред*, занят*, 排队, 积压,
    نوبت*, صف
evade: evad*, bypass*, circumvent*, elud*, burl*, esquiv*, contorn*, в обход, обход*, уклон*,
    规避, 绕开, 绕过, دور زدن*
payment system: swift, payment system*, sistema de pago*, sistema de pagament*, mir, платежн*,
    карт* мир, 支付系统, سامانه پرداخت, نظام پرداخت
air link: air link*, flights between, direct flight*, vuelos directos, voos diretos, авиасообщ*,
    прям* рейс*, 直航, 航空, پرواز مستقیم*, airline*, aerolinea*, авиакомпан*, 航空公司,
    هواپیمایی, شرکت هواپیمایی
cancel: cancel*, annul*, anul*, scrap*, отмен*, аннулир*, 取消, لغو*
fail break: fail*, broken, fall*, avería*, averiad*, quebr*, pane, сбо*, отказ техник*, слом*,
    неисправ*, 故障, 失效, خراب*, نقص*
stuck: stuck, stranded, adrift, drift*, held up, varad*, parad*, encalh*, a la deriva, à deriva,
    застр*, дрейф*, простаив*, 滞留, 漂流, 搁浅, سرگردان*, زمین گیر*
refuelling: denied it fuel, refuel*, repost*, abastec*, дозаправ*, 加油, سوخت گیری*, سوخت نداد*
free release: free, frees, freed, release*, liber*, excarcel*, solt*, освобо*, отпущ*, 释放, 获释,
    آزادی*
revoke: revok*, strip*, revoca*, cassa*, аннулир*, отозв*, лишил*, 吊销, 撤销, باطل*, لغو مجوز
recognise: recogni*, reconoc*, reconhec*, призна*, 承认, به رسمیت
postpone meeting: called off, cancelled meeting, suspende reunion, сорван*, 取消会议, لغو نشست
swear in: sworn in, swear* in, take office, takes office, juramenta*, toma posesion, posse,
    инаугурац*, вступил в должность, 就职, 宣誓就职, مراسم تحلیف
restore ties: restore ties, reopen embassy, reanud* relaciones, восстанов* отношен*, 复交,
    از سرگیری روابط
sever ties: sever*, break off, breaks ties, rompe relaciones, rompio relaciones, rompe relacoes,
    разорв*, разрыв*, 断交, قطع روابط, قطع کرد*
hide conceal: hide*, hid, hidden, conceal*, disguis*, escond*, ocult*, camufl*, declarad* como,
    disfarc*, скры*, спрят*, замаскир*, под видом, 隐藏, 伪装, 谎报, پنهان*, مخفی*
declare goods: declared as, listed as, described as, declarad* como, declarado como,
    bajo el rotulo, заявлен* как, 申报为, اظهار شده
rename: renam*, rebrand*, rebautiz*, renombr*, renomea*, переимен*, 更名, 改名, تغییر نام*
compensate: compensat*, refund*, indemniz*, reembols*, devolv*, компенс*, возмещ*, 赔偿, 退款,
    غرامت*, بازپرداخت*
promise help: help, helps, assist*, ayud*, auxili*, ajuda*, помощ*, помога*, 帮助, 协助, کمک*
leave without: empty handed, sin nada, de maos vazias, ни с чем, 空手, دست خالی
mock: mock*, ridicul*, burla*, zomba*, насме*, 嘲笑, 荒谬, تمسخر*, مضحک*
flee abroad: left the country, fled abroad, salio del pais, deixou o pais, покинул страну, 逃离,
    出走, کشور را ترک*
question doubt: doubt*, question*, cuestion*, dud*, duvid*, сомне*, усомн*, 质疑, تردید*
gather assemble: gather*, concentr*, reuni* tropas, mass*, стягива*, сосредоточ*, 集结, 聚集,
    تجمع*
"""
)
