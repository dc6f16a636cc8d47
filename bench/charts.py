"""Charts as SVG text, from plain numbers: dots with ranges, lines over sizes, and ratios. Uses the standard library.

Colours are those of Okabe and Ito, which colour-blind readers can tell apart, and every engine has a shape of its own;
light and dark follow the reader's setting.
"""
import math
from xml.sax.saxutils import escape

WIDTH = 860
LEFT, RIGHT, TOP = 110, 40, 84
STYLES = {  # engine: light colour, dark colour, shape
    "ksearch-native": ("#0072b2", "#56b4e9", "circle"),
    "ksearch-xapian": ("#b87a00", "#e6a01e", "square"),
    "fts5": ("#00805c", "#1fbf93", "diamond"),
    "tantivy": ("#c44e00", "#f0793a", "triangle"),
    "lucene": ("#a8497f", "#de8fba", "cross"),
}
LIGHT = ("#ffffff", "#1f2328", "#59636e", "#e3e6ea", "#f6f8fa")  # back, ink, quiet, grid, band
DARK = ("#0d1117", "#e6edf3", "#9198a1", "#2a313a", "#151b23")
OTHER_STYLE = ("#666666", "#aaaaaa", "circle")
NAMES = {"ksearch-native": "ksearch", "ksearch-xapian": "ksearch on Xapian", "fts5": "SQLite FTS5",
         "tantivy": "Tantivy", "lucene": "Lucene"}


def label_of(engine):
    return NAMES.get(engine, engine)


def number(value):
    """At most three significant digits, thousands separated."""
    if value >= 100:
        return "{:,.0f}".format(value)
    return ("%.3g" % value) if value else "0"


def scaled(value, steps):
    """A value with the largest unit that it reaches; steps are (size, unit), ascending."""
    size, unit = steps[0]
    for other, name in steps:
        if value >= other:
            size, unit = other, name
    return "%s %s" % (number(value / size), unit)


def microseconds(value):
    return scaled(value, ((1, "µs"), (1e3, "ms"), (1e6, "s")))


def seconds(value):
    return microseconds(value * 1e6) if value < 60 else scaled(value, ((60, "min"), (3600, "h")))


def size_of(value):
    return scaled(value, ((1, "B"), (1e3, "kB"), (1e6, "MB"), (1e9, "GB")))


def count_of(value):
    return scaled(value, ((1, ""), (1e3, "k"), (1e6, "M"))).strip()


def times(value):
    return number(value) + "×"


class Scale:
    """A logarithmic axis from coordinate `first` to `last`, a little longer than the values that it has to show."""

    def __init__(self, values, first, last):
        values = [value for value in values if value > 0] or [1]
        self.low, self.high = min(values) / 1.15, max(values) * 1.15
        self.first, self.last = first, last

    def place(self, value):
        share = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return self.first + share * (self.last - self.first)

    def ticks(self):
        """Powers of ten; if there are fewer than three, also 2 and 5 times these, or still more."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for parts in ((1,), (1, 2, 5), (1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9)):
            found = [part * 10.0 ** power for power in powers for part in parts]
            found = [tick for tick in found if self.low <= tick <= self.high]
            if len(found) >= 3:
                break
        return found


class Picture:
    """An SVG in the making."""

    def __init__(self, title, subtitle, height, engines):
        self.height, self.parts = height, []
        self.engines = list(engines)
        self.title = title
        self.text(24, 30, title, "title")
        self.text(24, 50, subtitle, "quiet")

    def add(self, part, *values):
        self.parts.append(part % values if values else part)

    def text(self, x, y, text, style="label", anchor="start"):
        self.add('<text x="%.1f" y="%.1f" class="%s" text-anchor="%s">%s</text>', x, y, style, anchor, escape(text))

    def line(self, x1, y1, x2, y2, style):
        self.add('<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>', x1, y1, x2, y2, style)

    def style_of(self, engine):
        return "e%d" % self.engines.index(engine)

    def mark(self, engine, x, y, size=5.0, hollow=False):
        style = self.style_of(engine) + (" hollow" if hollow else " full")
        shape = STYLES.get(engine, OTHER_STYLE)[2]
        if shape == "circle":
            self.add('<circle cx="%.1f" cy="%.1f" r="%.1f" class="%s"/>', x, y, size, style)
            return
        corners = {
            "square": [(-.9, -.9), (.9, -.9), (.9, .9), (-.9, .9)],
            "diamond": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
            "triangle": [(0, -1.2), (1.1, .9), (-1.1, .9)],
            "cross": [(-1.1, -.4), (-.4, -.4), (-.4, -1.1), (.4, -1.1), (.4, -.4), (1.1, -.4), (1.1, .4), (.4, .4),
                      (.4, 1.1), (-.4, 1.1), (-.4, .4), (-1.1, .4)],
        }[shape]
        points = " ".join("%.1f,%.1f" % (x + size * dx, y + size * dy) for dx, dy in corners)
        self.add('<polygon points="%s" class="%s"/>', points, style)

    def legend(self, engines):
        x = 24
        for engine in engines:
            self.mark(engine, x + 5, 68)
            self.text(x + 16, 72, label_of(engine))
            x += 34 + 7.2 * len(label_of(engine))

    def grid_across(self, scale, top, bottom, unit):
        for tick in scale.ticks():
            x = scale.place(tick)
            self.line(x, top, x, bottom, "grid")
            self.text(x, bottom + 18, unit(tick), "quiet", "middle")

    def rules(self, dark):
        """The colours of one scheme. Without CSS variables, which not every viewer knows."""
        back, ink, quiet, grid, band = DARK if dark else LIGHT
        rules = [".back{fill:%s}text{fill:%s}.quiet{fill:%s}.grid{stroke:%s}.axis{stroke:%s}.band{fill:%s}"
                 % (back, ink, quiet, grid, quiet, band)]
        for place, engine in enumerate(self.engines):
            rules.append(".e%d{fill:%s;stroke:%s}" % (place, *2 * (STYLES.get(engine, OTHER_STYLE)[dark],)))
        rules.append(".full{stroke:%s}.hollow{fill:%s}" % (back, back))
        return "".join(rules)

    def finish(self):
        style = (
            "text{font:13px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}"
            ".title{font-size:17px;font-weight:600}.quiet{font-size:12px}.hollow{stroke-width:1.6}"
            ".range{stroke-width:2}%s@media(prefers-color-scheme:dark){%s}"
            ".path{stroke-width:2.2;fill:none}.bar,.name{stroke:none}.name{font-weight:600}"
            % (self.rules(False), self.rules(True)))
        return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" '
                'aria-label="%s">\n<title>%s</title>\n<style>%s</style>\n'
                '<rect width="100%%" height="100%%" rx="8" class="back"/>\n%s\n</svg>\n'
                % (WIDTH, self.height, WIDTH, self.height, escape(self.title, {'"': "&quot;"}), escape(self.title),
                   style, "\n".join(self.parts)))


def banded(picture, groups, row_height, top):
    """A band for each group of rows: yields name, row, and the row's middle."""
    y = top
    for place, (name, rows) in enumerate(groups):
        height = row_height * len(rows) + 10
        if place % 2 == 0:
            picture.add('<rect x="12" y="%.1f" width="%d" height="%.1f" class="band"/>', y, WIDTH - 24, height)
        picture.text(LEFT - 12, y + height / 2 + 4.5, name, "label", "end")
        for number_, row in enumerate(rows):
            yield row, y + 5 + row_height * (number_ + .5)
        y += height


def heights(groups, row_height):
    return sum(row_height * len(rows) + 10 for _, rows in groups)


def latency_chart(title, subtitle, groups):
    """Groups are (class, [(engine, p50, p95, p99)]), in microseconds."""
    engines = list(dict.fromkeys(row[0] for _, rows in groups for row in rows))
    bottom = TOP + heights(groups, 15)
    picture = Picture(title, subtitle, int(bottom) + 34, engines)
    picture.legend(engines)
    picture.text(WIDTH - 24, 30, "full mark p50, bar p95, hollow mark p99", "quiet", "end")
    scale = Scale([value for _, rows in groups for row in rows for value in row[1:]], LEFT + 10, WIDTH - RIGHT)
    places = list(banded(picture, groups, 15, TOP))
    picture.grid_across(scale, TOP, bottom, microseconds)
    for (engine, p50, p95, p99), y in places:
        x, bar, end = map(scale.place, (p50, p95, p99))
        picture.line(x, y, end, y, "range " + picture.style_of(engine))
        picture.line(bar, y - 4.5, bar, y + 4.5, "range " + picture.style_of(engine))
        picture.mark(engine, end, y, 3.2, hollow=True)
        picture.mark(engine, x, y, 4.6)
    return picture.finish()


def ratio_chart(title, subtitle, groups):
    """Groups are (class, [(engine, ratio)]); above 1 the engine takes longer than ksearch."""
    engines = list(dict.fromkeys(row[0] for _, rows in groups for row in rows))
    bottom = TOP + heights(groups, 17)
    picture = Picture(title, subtitle, int(bottom) + 34, engines)
    picture.legend(engines)
    scale = Scale([1] + [ratio for _, rows in groups for _, ratio in rows], LEFT + 50, WIDTH - RIGHT - 40)
    one = scale.place(1)
    places = list(banded(picture, groups, 17, TOP))
    picture.grid_across(scale, TOP, bottom, times)
    for (engine, ratio), y in places:
        x = scale.place(ratio)
        picture.add('<rect x="%.1f" y="%.1f" width="%.1f" height="11" rx="2" class="bar %s"/>', min(one, x), y - 5.5,
                    max(abs(x - one), 1), picture.style_of(engine))
        side = (6, "start") if ratio >= 1 else (-6, "end")
        picture.text(x + side[0], y + 4.2, times(ratio), "quiet", side[1])
    picture.line(one, TOP, one, bottom, "axis")
    return picture.finish()


def spread(wanted, least):
    """Coordinates near the wanted ones, which are ascending, but at least `least` apart."""
    placed = []
    for y in wanted:
        placed.append(max(y, placed[-1] + least) if placed else y)
    return placed


def size_chart(title, subtitle, lines, unit):
    """Lines are (engine, [(records, value)]); both axes are logarithmic."""
    lines = [(engine, sorted(points)) for engine, points in lines if points]
    right, bottom, height = WIDTH - 170, 340, 390
    picture = Picture(title, subtitle, height, [engine for engine, _ in lines])
    across = Scale([x for _, points in lines for x, _ in points], LEFT, right)
    up = Scale([y for _, points in lines for _, y in points], bottom, TOP)
    for tick in up.ticks():
        y = up.place(tick)
        picture.line(LEFT, y, right, y, "grid")
        picture.text(LEFT - 10, y + 4, unit(tick), "quiet", "end")
    for tick in sorted({x for _, points in lines for x, _ in points}):
        picture.line(across.place(tick), bottom, across.place(tick), bottom + 5, "axis")
        picture.text(across.place(tick), bottom + 20, count_of(tick), "quiet", "middle")
    picture.line(LEFT, bottom, right, bottom, "axis")
    picture.text((LEFT + right) / 2, bottom + 40, "records", "quiet", "middle")
    ends = sorted((up.place(points[-1][1]), engine, across.place(points[-1][0])) for engine, points in lines)
    for engine, points in lines:
        path = " ".join("%.1f,%.1f" % (across.place(x), up.place(y)) for x, y in points)
        picture.add('<polyline points="%s" class="path %s"/>', path, picture.style_of(engine))
        for x, y in points:
            picture.mark(engine, across.place(x), up.place(y))
    for (_, engine, x), y in zip(ends, spread([end[0] for end in ends], 18)):
        picture.text(x + 14, y + 4.5, label_of(engine), "name " + picture.style_of(engine))
    return picture.finish()
