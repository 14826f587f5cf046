"""The questions of the five Inspect tasks, with answers that are right.

An `Item` is what a task asks and what the invented models may know about it.
"""

from dataclasses import dataclass

from invented import luck


@dataclass(frozen=True)
class Item:
    id: str
    subject: str
    difficulty: int  # 1 to 5
    question: str  # one line, no two alike: the models recognise it by this
    target: str | tuple[str, ...]
    choices: tuple[str, ...] = ()
    wrong: str = ""  # what a model says that does not know
    points: tuple[tuple[str, str], ...] = ()  # keyword, and a sentence with it
    cells: tuple[tuple[str, int], ...] = ()  # of the ledger, to be added up


# subject: difficulty; question; right answer; three wrong ones
MULTIPLE_CHOICE = {
    "geography": """
1;Which city is the capital of Australia?;Canberra;Sydney;Melbourne;Perth
2;Which river flows through Vienna and Budapest?;Danube;Rhine;Elbe;Oder
3;Which of these countries has no coast?;Bolivia;Ecuador;Uruguay;Guyana
4;Which of these capitals lies furthest north?;Reykjavik;Helsinki;Oslo;Tallinn""",
    "biology": """
1;Which gas do plants take in for photosynthesis?;carbon dioxide;oxygen;nitrogen;helium
2;How many chambers has the heart of a bird?;four;three;two;one
3;Which organelle makes most of the ATP of an animal cell?;mitochondrion;ribosome;nucleus;lysosome
4;Which of these animals is a marsupial?;wombat;otter;sloth;tapir""",
    "physics": """
1;What is the SI unit of force?;newton;joule;watt;pascal
2;Which of these is a vector quantity?;velocity;mass;temperature;energy
3;An ideal gas is heated at constant volume. What rises?;its pressure;its mass;its amount;its molar mass
5;Which quantity is conserved in every collision, elastic or not?;momentum;kinetic energy;speed;potential energy""",
    "history": """
1;In which year did the Berlin Wall fall?;1989;1985;1991;1979
2;Who printed the Bible with movable type in Mainz?;Gutenberg;Luther;Caxton;Erasmus
3;Which city was the capital of the Byzantine Empire?;Constantinople;Ravenna;Antioch;Alexandria
4;Which of these was founded first?;University of Bologna;University of Prague;Harvard;University of Leiden""",
    "logic": """
2;All bloops are razzes and all razzes are lazzes. What follows?;all bloops are lazzes;all lazzes are bloops;no razz is a bloop;nothing
3;If it rains, the road is wet. The road is dry. What follows?;it does not rain;it rains;it will rain;nothing
3;Ann is taller than Bo, and Cy is shorter than Bo. Who is shortest?;Cy;Bo;Ann;it cannot be known
5;Not all who wander are lost. What does it mean?;some who wander are not lost;nobody who wanders is lost;all who wander are lost;some who are lost wander""",
    "python": """
2;What is len("a,b,,c".split(","))?;4;3;5;2
2;What is 7 // 2 in Python 3?;3;3.5;4;1
4;What is -7 // 2 in Python 3?;-4;-3;-3.5;-2
5;What is bool("False") in Python?;True;False;None;an error""",
    "language": """
1;What is the past tense of "to swim"?;swam;swimmed;swum;swimming
2;Which word is a synonym of "rapid"?;swift;calm;vast;frail
3;Which of these words is an adverb?;soon;friendly;lovely;silver
4;Which sentence is in the passive voice?;The cake was eaten.;She ate the cake.;He was eating.;They had eaten.""",
}

# subject: difficulty; question; keyword = sentence, keyword = sentence, …
EXPLAIN = {
    "nature": """
1;Why is the sky blue?;scatter=Molecules of air scatter sunlight;wavelength=Light of short wavelength is turned aside most
3;Why do leaves turn yellow in autumn?;chlorophyll=The tree breaks down its chlorophyll;carotenoid=The carotenoids were there all along and now show""",
    "computing": """
2;Why is binary search faster than looking at each entry?;half=Each comparison discards half of what is left;sorted=It needs the entries to be sorted
4;Why can two threads that count together lose counts?;race=They race for the same variable;atomic=Adding one is not atomic but read, add, write""",
    "economy": """
2;Why do prices rise when a harvest fails?;supply=The supply is smaller;demand=The demand stays as it was
4;Why does a central bank raise its interest rate?;inflation=It wants to bring inflation down;borrow=It becomes dearer to borrow and people spend less""",
    "health": """
1;Why should hands be washed with soap?;fat=Soap loosens fat and dirt;virus=It breaks up the coat of many a virus
3;Why are antibiotics no help against a cold?;virus=A cold is caused by a virus;bacteria=Antibiotics act on bacteria only""",
    "transport": """
2;Why does a train need a long way to stop?;mass=Its mass is great;friction=Steel on steel has little friction
3;Why do aeroplanes fly so high?;thin=The air up there is thin;drag=There is less drag so that they need less fuel""",
    "society": """
2;Why are ballots secret?;pressure=Nobody can put pressure on a voter;bought=A vote that cannot be shown cannot be bought
4;Why do juries have to give a unanimous verdict in many countries?;doubt=A doubt of one may be a reasonable doubt;minority=A minority cannot be ignored""",
}

YEARS = range(2019, 2025)
REGIONS = ("north", "south", "east", "west", "coast", "islands")
LEDGER = {(r, y): luck("ledger", r, y).randrange(120, 980) for r in REGIONS for y in YEARS}

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = ["", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split()]


def words(n: int) -> str:
    """
    >>> words(4207)
    'four thousand two hundred seven'
    """
    if n < 20:
        return ONES[n]
    for size, name in ((1000, "thousand"), (100, "hundred")):
        if n >= size:
            return f"{words(n // size)} {name}" + (f" {words(n % size)}" if n % size else "")
    return TENS[n // 10] + (f" {ONES[n % 10]}" if n % 10 else "")


def multiple_choice_items() -> list[Item]:
    items = []
    for subject, lines in MULTIPLE_CHOICE.items():
        for k, line in enumerate(lines.strip().splitlines(), 1):
            difficulty, question, right, *wrong = line.split(";")
            choices = [right, *wrong]
            luck("choices", question).shuffle(choices)
            letter = "ABCD"[choices.index(right)]
            items.append(Item(f"{subject}-{k}", subject, int(difficulty), question, letter, tuple(choices)))
    return items


def _sum(kind: str, level: int, r) -> tuple[str, int]:
    a, b = r.randrange(10, 40) * 3 ** (level - 1), r.randrange(3, 12) * 2 ** (level - 1)
    return {
        "addition": (f"What is {a * 7} + {b * 13}?", a * 7 + b * 13),
        "subtraction": (f"What is {a * 9} - {b * 5}?", a * 9 - b * 5),
        "multiplication": (f"What is {a} * {b}?", a * b),
        "division": (f"What is {a * b} divided by {b}?", a),
        "percentages": (f"What is {5 * b} percent of {20 * a}?", a * b),
        "powers": (f"What is {b + 1} squared plus {a}?", (b + 1) ** 2 + a),
        "word problems": (
            f"A crate holds {b} rows of {a} eggs, and {b - 1} eggs are broken. How many are whole?",
            a * b - (b - 1),
        ),
    }[kind]


def maths_items() -> list[Item]:
    kinds = "addition subtraction multiplication division percentages powers".split()
    items = []
    for kind in [*kinds, "word problems"]:
        for level in range(1, 5):
            r = luck("maths", kind, level)
            question, answer = _sum(kind, level, r)
            off = r.choice([-10, -2, -1, 1, 2, 10])
            near = str(answer + off if answer + off >= 0 else answer + 10)
            extra = kind in ("percentages", "word problems")
            items.append(
                Item(f"{kind[:4]}-{level}", kind, min(5, level + extra), question, str(answer), wrong=near)
            )
    return items


def explain_items() -> list[Item]:
    items = []
    for subject, lines in EXPLAIN.items():
        for k, line in enumerate(lines.strip().splitlines(), 1):
            difficulty, question, *points = line.split(";")
            pairs = tuple(tuple(p.split("=")) for p in points)
            keywords = tuple(key for key, _ in pairs)
            items.append(Item(f"{subject}-{k}", subject, int(difficulty), question, keywords, points=pairs))
    return items


def ledger_items() -> list[Item]:
    items = []
    for i, region in enumerate(REGIONS):
        other = REGIONS[(i + 2) % len(REGIONS)]
        for k, n in enumerate((2 + i % 2, 4), 1):
            first = YEARS[(i + k) % (len(YEARS) - n + 1)]
            cells = [(region, first + j) for j in range(n)]
            question = f"Add up the sales of {region} from {first} to {first + n - 1}."
            if k == 2 and i % 2:
                cells = [(region, first), (region, first + 1), (other, first), (other, first + 1)]
                question = f"Add up the sales of {region} and {other} in {first} and {first + 1}."
            total = str(sum(LEDGER[c] for c in cells))
            items.append(Item(f"{region}-{k}", region, 1 + k + i % 2, question, total, cells=tuple(cells)))
    return items


def spelling_items() -> list[Item]:
    def year(n: int) -> str:
        return f"{words(n // 100)} {words(n % 100)}"

    def price(n: int) -> str:
        return f"{words(n // 100)} dollars and {words(n % 100)} cents"

    kinds = {
        "tens": (1, lambda r: r.randrange(21, 99), "{}", words),
        "hundreds": (2, lambda r: r.randrange(121, 999), "{}", words),
        "thousands": (3, lambda r: r.randrange(1201, 9999), "{}", words),
        "large": (5, lambda r: r.randrange(120_001, 999_999), "{}", words),
        "years": (3, lambda r: 100 * r.randrange(12, 20) + r.randrange(11, 99), "the year {}", year),
        "prices": (4, lambda r: r.randrange(1111, 9999), "${}", price),
    }
    items = []
    for kind, (difficulty, draw, form, spell) in kinds.items():
        for k in range(1, 3):
            n = draw(luck("spelling", kind, k))
            shown = form.format(f"{n // 100}.{n % 100:02}" if kind == "prices" else n)
            items.append(Item(f"{kind}-{k}", kind, difficulty, f"Spell in English words: {shown}", spell(n)))
    return items
