"""Charts as SVG that needs no script: their geometry, worked out here; `reports/charts.html` draws it.

Every chart stands beside the table of its numbers, and says each number in words: nothing is told by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
_LABELS, _VALUES = 250, 100
_ROW, _BAR = 34, 20
_PLOT_TOP, _PLOT_HEIGHT, _AXIS = 24, 180, 44


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart that lies on its side. `text` says its value; of `value` so much as `part` is drawn full, the
    rest as an outline."""

    label: str
    value: float
    text: str
    part: float | None = None


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """Where it stands, in the chart's units."""

    bar: Bar
    y: int
    width: float
    full: float

    @property
    def label_lines(self) -> list[str]:
        """The label in one line or two."""
        words, lines = self.bar.label.split(), [""]
        for word in words:
            if lines[-1] and len(lines[-1]) + len(word) > _LETTERS_A_LINE and len(lines) == 1:
                lines.append("")
            lines[-1] = f"{lines[-1]} {word}".strip()
        return lines

    @property
    def text_x(self) -> float:
        return _LABELS + self.width + 8


_LETTERS_A_LINE = 28


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars under each other, from one scale."""

    name: str
    title: str
    bars: tuple[DrawnBar, ...]

    kind = "bars"
    left, bar_height, width = _LABELS, _BAR, WIDTH

    @property
    def height(self) -> int:
        return _ROW * len(self.bars) + 8

    @property
    def description(self) -> str:
        return "; ".join(f"{drawn.bar.label}: {drawn.bar.text}" for drawn in self.bars) + "."


def bar_chart(name: str, title: str, bars: Sequence[Bar], most: float | None = None) -> BarChart:
    """`most` is the end of the scale; by default the longest bar is."""
    top = most or max((bar.value for bar in bars), default=0) or 1
    room = WIDTH - _LABELS - _VALUES
    drawn = [
        DrawnBar(
            bar,
            y=4 + _ROW * place,
            width=round(room * min(1, max(0, bar.value) / top), 1),
            full=round(room * min(1, max(0, bar.value if bar.part is None else bar.part) / top), 1),
        )
        for place, bar in enumerate(bars)
    ]
    return BarChart(name, title, tuple(drawn))


@dataclass(frozen=True, slots=True)
class Column:
    """One place on the axis of a load curve, with what stands there."""

    label: str
    done: int
    to_come: int
    line: int
    """Of the second series, drawn as a line."""


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    """Where it stands, in the chart's units: what was done from below, what is to come above it."""

    column: Column
    x: float
    width: float
    done_y: float
    done_height: float
    come_y: float
    come_height: float
    line_y: float
    says: bool
    """Whether its label is written: with many weeks every second one is."""

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def total(self) -> int:
        return self.column.done + self.column.to_come


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Columns beside each other with a line over them; `series` names what was done, what is to come, and the line."""

    name: str
    title: str
    series: tuple[str, str, str]
    columns: tuple[DrawnColumn, ...]
    top: int

    kind = "columns"
    width, height, floor = WIDTH, _PLOT_TOP + _PLOT_HEIGHT + _AXIS, _PLOT_TOP + _PLOT_HEIGHT

    @property
    def points(self) -> str:
        return " ".join(f"{one.middle},{one.line_y}" for one in self.columns)

    @property
    def description(self) -> str:
        done, come, line = (series.lower() for series in self.series)
        said = (
            f"{one.column.label}: {one.column.done} {done}, {one.column.to_come} {come}, {one.column.line} {line}"
            for one in self.columns
        )
        return "; ".join(said) + "."


def column_chart(name: str, title: str, series: tuple[str, str, str], columns: Sequence[Column]) -> ColumnChart:
    """A column for each place, from one scale for columns and line."""
    top = max((max(one.done + one.to_come, one.line) for one in columns), default=0) or 1
    each = (WIDTH - 40) / max(1, len(columns))

    def up(value: float) -> float:
        return round(_PLOT_HEIGHT * value / top, 1)

    floor = _PLOT_TOP + _PLOT_HEIGHT
    drawn = [
        DrawnColumn(
            one,
            x=round(32 + each * place + each * 0.12, 1),
            width=round(each * 0.76, 1),
            done_y=round(floor - up(one.done), 1),
            done_height=up(one.done),
            come_y=round(floor - up(one.done + one.to_come), 1),
            come_height=up(one.to_come),
            line_y=round(floor - up(one.line), 1),
            says=len(columns) <= _ALL_SAID or place % 2 == 0,
        )
        for place, one in enumerate(columns)
    ]
    return ColumnChart(name, title, series, tuple(drawn), top)


_ALL_SAID = 12
