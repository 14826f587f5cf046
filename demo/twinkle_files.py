"""Result files as the Twinkle evaluator v2.8 writes them, for four of the invented models.

The evaluator itself is not run here: this writes its format, from questions and answers of our own.
A category is a table of pairs: the question names the left of one, the four options are rights.
"""

import json
import statistics
from pathlib import Path

from invented import knows, luck, tokens

TW_LIFE = {
    "反義詞": "「{}」的反義詞是？ 大=小 高=低 快=慢 冷=熱 新=舊 遠=近",
    "近義詞": "與「{}」意思最接近的是？ 美麗=漂亮 高興=快樂 立刻=馬上 幫助=協助 害怕=恐懼 安靜=寧靜",
    "量詞": "一（　）{}，應填？ 書=本 馬=匹 魚=條 車=輛 筆=枝 傘=把",
    "成語": "成語「{}」缺哪個字？ 一石二＿=鳥 畫蛇添＿=足 守株待＿=兔 井底之＿=蛙 對牛彈＿=琴 亡羊補＿=牢",
    "部首": "「{}」字的部首是？ 河=水 樹=木 媽=女 銀=金 說=言 燒=火",
    "節日": "「{}」在農曆幾月幾日？ 春節=一月一日 元宵節=一月十五日 端午節=五月五日 七夕=七月七日 中秋節=八月十五日 重陽節=九月九日",
    "縣市": "「{}」位於哪個縣市？ 阿里山=嘉義縣 太魯閣=花蓮縣 日月潭=南投縣 墾丁=屏東縣 赤崁樓=臺南市 綠島=臺東縣",
    "生肖": "生肖順序中，「{}」的下一個是？ 鼠=牛 虎=兔 龍=蛇 馬=羊 猴=雞 狗=豬",
    "植物": "我們主要吃{}的哪個部位？ 胡蘿蔔=根 菠菜=葉 花椰菜=花 蘋果=果實 竹筍=嫩莖 花生=種子",
    "人體": "人體中負責「{}」的主要器官是？ 呼吸=肺 泵血=心臟 思考=大腦 過濾血液=腎臟 消化食物=胃 看東西=眼睛",
    "天文": "太陽系中「{}」的行星是？ 最大=木星 最靠近太陽=水星 有明顯大環=土星 紅色=火星 最遠=海王星 有人居住=地球",
    "化學": "化學式 {} 是？ H2O=水 CO2=二氧化碳 NaCl=食鹽 O2=氧氣 Fe=鐵 CH4=甲烷",
    "單位": "{}等於多少？ 1公里=1000公尺 1小時=3600秒 1公斤=1000公克 1打=12個 1天=24小時 1公頃=10000平方公尺",
    "加法": "{} 等於多少？ 17+25=42 38+46=84 59+64=123 120+95=215 77+88=165 256+129=385",
    "乘法": "{} 等於多少？ 7×8=56 12×6=72 9×13=117 15×15=225 24×11=264 32×9=288",
    "幾何": "正{}邊形的內角和是幾度？ 三=180 四=360 五=540 六=720 七=900 八=1080",
    "國家": "{}的首都是？ 日本=東京 法國=巴黎 泰國=曼谷 埃及=開羅 德國=柏林 越南=河內",
    "發明": "一般認為{}的發明或改良者是？ 蒸汽機=瓦特 電話=貝爾 電燈=愛迪生 飛機=萊特兄弟 炸藥=諾貝爾 造紙術=蔡倫",
    "交通號誌": "交通號誌「{}」表示？ 紅燈=停止 綠燈=通行 黃燈=即將變紅 閃紅燈=停車再開 閃黃燈=減速慢行 綠燈箭頭=依箭頭方向行駛",
}
WORLD_BASICS = {
    "capitals": "What is the capital of {}? Peru=Lima Kenya=Nairobi Norway=Oslo Canada=Ottawa Greece=Athens Cuba=Havana",
    "opposites": "What is the opposite of {}? hot=cold early=late empty=full thick=thin brave=timid scarce=plentiful",
    "plurals": "What is the plural of {}? mouse=mice goose=geese child=children ox=oxen foot=feet crisis=crises",
    "past_tense": "What is the past tense of {}? go=went buy=bought sing=sang bring=brought freeze=froze teach=taught",
    "roman_numerals": "Which number is {}? IX=9 XL=40 XC=90 CD=400 MM=2000 XIV=14",
    "squares": "What is {} squared? 7=49 9=81 12=144 13=169 15=225 21=441",
    "elements": "Which element has the symbol {}? K=potassium Ag=silver Fe=iron Pb=lead Sn=tin Au=gold",
    "young_animals": "What is a young {} called? dog=puppy cat=kitten cow=calf horse=foal swan=cygnet goat=kid",
    "sciences": "What is the study of {}? fungi=mycology rocks=geology insects=entomology weather=meteorology birds=ornithology cells=cytology",
    "python_methods": "Which list method in Python is to {}? add=append remove-last=pop order=sort flip=reverse find=index empty=clear",
}
DATASETS = {"datasets/tw_life/": TW_LIFE, "datasets/world_basics/": WORLD_BASICS}
PROMPT = {
    "zh": "請選出正確的選項，並以 \\box{選項} 作答。",
    "en": "Choose one option, and answer as \\box{option}.",
}

QUESTIONS = 4  # of the six pairs of each category; the others are wrong options
LACKS = {"open/lynx-13b": {"成語", "部首", "生肖"}}  # categories that failed, hence are not in the file
BOTH = tuple(DATASETS)
# model, timestamp, datasets, repeats, whether the details were kept
RUNS = [
    ("acme/aurora-70b", "20261012_0915", BOTH, 2, True),
    ("acme/aurora-8b", "20261012_1102", BOTH, 2, True),
    ("borealis/cumulus-2", "20261013_0840", BOTH, 1, False),
    ("open/lynx-13b", "20261013_1427", BOTH, 1, False),
    ("borealis/cumulus-2", "20261102_1650", BOTH[1:], 1, False),
]


def pairs(line: str) -> tuple[str, list[tuple[str, str]]]:
    """The question's form, and its (left, right) pairs: those six words at the end that have one = each."""
    *form, a, b, c, d, e, f = line.split(" ")
    return " ".join(form), [tuple(w.rsplit("=", 1)) for w in (a, b, c, d, e, f)]


def detail_rows(model: str, stamp: str, category: str, line: str, run: int) -> list[dict]:
    form, table = pairs(line)
    rows = []
    for i, (left, right) in enumerate(table[:QUESTIONS]):
        r = luck("twinkle", model, stamp, category, run, i)
        question = form.format(left)
        others = [x for _, x in table if x != right]
        options = [right, *luck("options", question).sample(others, 3)]
        r.shuffle(options)  # the evaluator's shuffle_options: another order in every run
        gold = "ABCD"[options.index(right)]
        ok = knows(model, category, question, 1 + i, f"{stamp}{run}")
        guess = gold if ok else r.choice([x for x in "ABCD" if x != gold])
        parsed = ok or r.random() > 0.1
        said = f"\\box{{{guess}}}" if parsed else options["ABCD".index(guess)]
        shown = question + "\n" + "\n".join(f"{x}: {o}" for x, o in zip("ABCD", options, strict=True))
        asked, answered = tokens(shown) + 24, tokens(said) + 2
        rows.append(
            {
                "question_id": i,
                "sample_id": 0,
                "question": shown,
                "correct_answer": gold,
                "llm_output": said,
                "llm_reasoning_output": None,
                "predicted_answer": guess if parsed else None,
                "is_correct": ok,
                "usage_completion_tokens": answered,
                "usage_prompt_tokens": asked,
                "usage_total_tokens": asked + answered,
            }
        )
    # Completion order, which is not quite the order of the questions.
    return sorted(
        rows, key=lambda row: row["question_id"] + 2 * luck(model, stamp, category, run, row).random()
    )


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def entry(path: str, stamp: str, runs: list[list[dict]]) -> dict:
    accuracies = [mean([r["is_correct"] for r in rows]) for rows in runs]
    unparsed = [sum(r["predicted_answer"] is None for r in rows) for rows in runs]
    return {
        "file": path,
        "accuracy_mean": mean(accuracies),
        "accuracy_std": statistics.pstdev(accuracies) if len(runs) > 1 else 0,
        "pass_at_k_mean": mean(accuracies),
        "pass_metric": "pass@1",
        "unparsed_count": sum(unparsed),
        "unparsed_rate": round(sum(unparsed) / sum(map(len, runs)), 4),
        "individual_runs": {
            "accuracies": accuracies,
            "pass_at_k": accuracies,
            "unparsed_counts": unparsed,
            "results": [f"results/eval_results_{stamp}_run{n}.jsonl" for n in range(len(runs))],
        },
    }


def block(entries: list[dict]) -> dict:
    return {
        "results": entries,
        "average_accuracy": mean([e["accuracy_mean"] for e in entries]),
        "average_std": mean([e["accuracy_std"] for e in entries]),
        "average_pass_at_k": mean([e["pass_at_k_mean"] for e in entries]),
        "pass_metric": "pass@1",
        "total_unparsed_count": sum(e["unparsed_count"] for e in entries),
        "average_unparsed_rate": round(mean([e["unparsed_rate"] for e in entries]), 4),
        "evaluation_method": "box",
    }


def config(model: str, datasets: tuple[str, ...], repeats: int) -> dict:
    return {
        "llm_api": {
            "base_url": "http://localhost:8000/v1",
            "disable_ssl_verify": False,
            "api_rate_limit": -1,
            "max_retries": 5,
            "timeout": 600,
            "type": "openai",
        },
        "model": {
            "name": model,
            "temperature": 0.0,
            "top_p": 0.9,
            "max_tokens": 512,
            "frequency_penalty": 0.0,
            "presence_penalty": 0.0,
            "extra_body": {},
        },
        "evaluation": {
            "dataset_paths": list(datasets),
            "evaluation_method": "box",
            "system_prompt": PROMPT,
            "datasets_prompt_map": {"datasets/world_basics/": "en"},
            "repeat_runs": repeats,
            "shuffle_options": True,
            "strategy_config": {},
            "dataset_overrides": {},
            "samples_per_question": 1,
            "pass_k": 1,
            "system_prompt_enabled": True,
        },
        "logging": {"level": "INFO"},
        "distributed": {"world_size": 1, "rank": 0},
        "environment": {
            "gpu_info": {
                "model": "Unknown",
                "count": 1,
                "memory_gb": 0,
                "cuda_version": "Unknown",
                "driver_version": "Unknown",
            },
            "parallel_config": {"tp_size": 1, "pp_size": 1},
            "system_info": {
                "framework": "Unknown",
                "python_version": "3.11",
                "torch_version": "Unknown",
                "node_count": 1,
            },
        },
    }


def write_run(
    folder: Path, model: str, stamp: str, datasets: tuple[str, ...], repeats: int, keep_details: bool
) -> None:
    details: list[list[dict]] = [[] for _ in range(repeats)]
    blocks = {}
    for dataset in datasets:
        names = [c for c in DATASETS[dataset] if c not in LACKS.get(model, ())]
        luck("walk", model, dataset).shuffle(names)  # os.walk's order differs between machines
        entries = []
        for name in names:
            runs = [detail_rows(model, stamp, name, DATASETS[dataset][name], n) for n in range(repeats)]
            for n, rows in enumerate(runs):
                details[n] += rows
            entries.append(entry(f"{dataset}{name}_test.csv", stamp, runs))
        blocks[dataset] = block(entries)
    folder.mkdir(parents=True, exist_ok=True)
    summary = {
        "timestamp": stamp,
        "config": config(model, datasets, repeats),
        "dataset_results": blocks,
        "duration_seconds": round(luck("duration", model, stamp).uniform(200, 900), 6),
    }
    text = json.dumps(summary, indent=4, ensure_ascii=False)
    (folder / f"results_{stamp}.json").write_text(text, encoding="utf-8")
    if keep_details:
        for n, rows in enumerate(details):
            lines = "".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) + "\n" for r in rows)
            (folder / f"eval_results_{stamp}_run{n}.jsonl").write_text(lines, encoding="utf-8")


def write(folder: Path) -> None:
    for model, *rest in RUNS:
        write_run(folder / model.replace("/", "__"), model, *rest)
