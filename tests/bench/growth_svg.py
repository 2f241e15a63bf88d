"""A picture of how things grow: lines on two logarithmic axes, each with its
name and its exponent at its right end. No library draws it."""

import html
import math

WIDTH, HEIGHT = 960, 600
LEFT, RIGHT, TOP, BOTTOM = 90, 290, 40, 60
INK, FAINT, PAPER = "#1f2933", "#d9dee3", "#ffffff"
# Dark on light, apart for those who see few colours: with dashes too.
COLOURS = ["#0b5394", "#a61c00", "#38761d", "#674ea7", "#b45f06", "#134f5c",
           "#741b47", "#3d3d3d", "#7f6000", "#1155cc"]
DASHES = ["", "7 4", "2 4"]
APART = 17  # between two names, at least
UNITS = ((1, "s"), (1e-3, "ms"), (1e-6, "µs"))


def seconds(value):
    """"10 ms" of 0.01."""
    for unit, name in UNITS:
        if value >= unit * 0.999:
            return f"{value / unit:g} {name}"
    return f"{value / 1e-9:g} ns"


def many(value):
    for unit, name in ((10 ** 6, " M"), (10 ** 3, " k")):
        if value >= unit:
            return f"{value / unit:g}{name}"
    return f"{value:g}"


class Axis:
    """From numbers to places, as logarithms, between whole powers of ten."""

    def __init__(self, values, start, end):
        self.low = math.floor(math.log10(min(values)) + 1e-9)
        self.high = max(self.low + 1,
                        math.ceil(math.log10(max(values)) - 1e-9))
        self.start, self.end = start, end

    def at(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self):
        return [10.0 ** power for power in range(self.low, self.high + 1)]


def text(x, y, words, anchor="start", colour=INK, size=13):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
            f'fill="{colour}" font-size="{size}">{html.escape(words)}</text>')


def line(x1, y1, x2, y2, colour=FAINT):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" '
            f'y2="{y2:.1f}" stroke="{colour}"/>')


def grid(across, up):
    yield from (line(across.at(one), TOP, across.at(one), HEIGHT - BOTTOM)
                for one in across.ticks())
    yield from (text(across.at(one), HEIGHT - BOTTOM + 20, many(one),
                     "middle") for one in across.ticks())
    yield from (line(LEFT, up.at(one), WIDTH - RIGHT, up.at(one))
                for one in up.ticks())
    yield from (text(LEFT - 10, up.at(one) + 4, seconds(one), "end")
                for one in up.ticks())


def spread(places):
    """The same places, none nearer to the one above than APART."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    found = dict(zip(order, (places[i] for i in order)))
    for above, below in zip(order, order[1:]):
        found[below] = max(found[below], found[above] + APART)
    over = max(found.values()) - (HEIGHT - BOTTOM)
    for i in reversed(order):
        if over > 0:
            found[i] -= over
    for below, above in zip(order[::-1], order[-2::-1]):
        found[above] = min(found[above], found[below] - APART)
    return [found[i] for i in range(len(places))]


def curve(points, across, up, number):
    colour = COLOURS[number % len(COLOURS)]
    dash = DASHES[number % len(DASHES)]
    places = [(across.at(x), up.at(y)) for x, y in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield (f'<polyline points="{path}" fill="none" stroke="{colour}" '
           f'stroke-width="2.2" stroke-dasharray="{dash}"/>')
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" '
                f'fill="{colour}"/>' for x, y in places)


def picture(lines, exponent):
    """${lines}: name → [(entries, seconds)]; ${exponent} of such a list."""
    xs = [x for points in lines.values() for x, _ in points]
    ys = [y for points in lines.values() for _, y in points]
    across = Axis(xs, LEFT, WIDTH - RIGHT)
    up = Axis(ys, HEIGHT - BOTTOM, TOP)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
           f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
           'font-family="sans-serif">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
           *grid(across, up),
           text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 15,
                "écritures / entries", "middle"),
           text(LEFT, 22, "durée / time", "middle"),
           text(WIDTH - RIGHT + 20, 22, "durée ~ écritures ^ exposant",
                size=12)]
    ends = spread([up.at(points[-1][1]) for points in lines.values()])
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        x, y = across.at(points[-1][0]), up.at(points[-1][1])
        out += curve(points, across, up, number)
        out += [line(x + 6, y, WIDTH - RIGHT + 14, ends[number], colour),
                text(WIDTH - RIGHT + 20, ends[number] + 4,
                     f"{name}  {exponent(points):+.2f}", colour=colour)]
    return "\n".join([*out, "</svg>"]) + "\n"
