"""Samples: a sentence in each language that IFEval asks for, and English clauses that can be put together."""

CLAUSES = (
    "we walk to the old mill at dawn",
    "the baker sells warm bread near the bridge",
    "they wait for the boat on the quiet shore",
    "my aunt paints small houses with blue doors",
    "his dog runs across the field",
    "you can find bright flowers in our yard",
    "old dogs hum",
)
"""Without capitals, commas and points; the last has few letters, so that others can be asked for seldom or never."""

SAMPLES = {
    "ar": "نمشي كل صباح إلى السوق القديم ونشتري الخبز الطازج من الخباز",
    "bg": "Всяка сутрин ходим до стария пазар и купуваме топъл хляб от пекаря",
    "bn": "আমরা প্রতিদিন সকালে পুরানো বাজারে যাই এবং তাজা রুটি কিনি",
    "de": "Wir gehen jeden Morgen zum alten Markt und kaufen dort frisches Brot beim Bäcker",
    "fa": "ما هر روز صبح به بازار قدیمی می‌رویم و از نانوا نان تازه می‌خریم",
    "fi": "Kävelemme joka aamu vanhalle torille ja ostamme leipurilta tuoretta leipää",
    "gu": "અમે દરરોજ સવારે જૂના બજારમાં જઈએ છીએ અને તાજી રોટલી ખરીદીએ છીએ",
    "hi": "हम हर सुबह पुराने बाज़ार जाते हैं और वहाँ से ताज़ी रोटी खरीदते हैं",
    "it": "Ogni mattina andiamo al vecchio mercato e compriamo il pane fresco dal fornaio",
    "kn": "ನಾವು ಪ್ರತಿದಿನ ಬೆಳಿಗ್ಗೆ ಹಳೆಯ ಮಾರುಕಟ್ಟೆಗೆ ಹೋಗಿ ತಾಜಾ ರೊಟ್ಟಿ ಕೊಳ್ಳುತ್ತೇವೆ",
    "ko": "우리는 매일 아침 오래된 시장에 가서 빵집에서 갓 구운 빵을 삽니다",
    "mr": "आम्ही दररोज सकाळी जुन्या बाजारात जातो आणि तिथून ताजी भाकरी विकत घेतो",
    "ne": "हामी हरेक बिहान पुरानो बजार जान्छौं र त्यहाँबाट ताजा रोटी किन्छौं",
    "pa": "ਅਸੀਂ ਹਰ ਸਵੇਰ ਪੁਰਾਣੇ ਬਾਜ਼ਾਰ ਜਾਂਦੇ ਹਾਂ ਅਤੇ ਤਾਜ਼ੀ ਰੋਟੀ ਖਰੀਦਦੇ ਹਾਂ",
    "pt": "Todas as manhãs vamos ao velho mercado e compramos pão fresco ao padeiro",
    "ru": "Каждое утро мы ходим на старый рынок и покупаем свежий хлеб у пекаря",
    "sw": "Kila asubuhi tunakwenda kwenye soko la zamani na kununua mkate kutoka kwa mwokaji",
    "ta": "நாங்கள் தினமும் காலையில் பழைய சந்தைக்குச் சென்று புதிய ரொட்டி வாங்குகிறோம்",
    "te": "మేము ప్రతి ఉదయం పాత బజారుకు వెళ్లి తాజా రొట్టె కొంటాము",
    "th": "เราเดินไปตลาดเก่าทุกเช้าและซื้อขนมปังสดจากคนทำขนมปัง",
    "ur": "ہم ہر صبح پرانے بازار جاتے ہیں اور نانبائی سے تازہ روٹی خریدتے ہیں",
    "vi": "Mỗi buổi sáng chúng tôi đi đến khu chợ cũ và mua bánh mì mới của người thợ làm bánh",
}
"""By the codes that langdetect has."""
