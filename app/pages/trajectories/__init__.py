"""How does a prediction form, layer by layer?"""

from app.pages.trajectories.across import by_outcome, draw_likely, draw_lines, draw_outcomes, likely, lines
from app.pages.trajectories.charts import cells, difference, draw, draw_difference
from app.pages.trajectories.pointed import choose, tell, tell_difference
from components.page import Page, Panel

PAGE = Page(
    key="trajectories",
    path="/trajectories",
    order=6,
    filters=("trajectories", "statistic", "tokens", "layers"),
    controls=(
        "stride",
        "output",
        "low",
        "high",
        "color_scale",
        "colors",
        "token_width",
        "legend",
        "height",
        "width",
    ),
    panels=(
        Panel("cells", cells, draw, goto=choose, hover=tell),
        Panel("likely", likely, draw_likely),
        Panel("lines", lines, draw_lines),
        Panel("difference", difference, draw_difference, goto=choose, hover=tell_difference),
        Panel("outcomes", by_outcome, draw_outcomes),
    ),
)
