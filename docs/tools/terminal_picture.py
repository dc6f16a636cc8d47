#!/usr/bin/env python3
"""Makes docs/terminal.svg: a picture of ksearch in a terminal, drawn from what the program really prints.

    ./run build && python3 docs/tools/terminal_picture.py

The sample corpus is indexed into a folder of its own, the program runs in a pseudo-terminal, and the
colours it asks for are turned into an SVG without scripts, fonts or anything else from outside. Nothing
beyond Python's standard library is needed.
"""

import argparse
import fcntl
import os
import pty
import re
import struct
import subprocess
import tempfile
import termios
from pathlib import Path
from typing import NamedTuple
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[2]
QUERY = ["policy gradients pong", "--limit", "3"]
PROMPT = 'ksearch "policy gradients pong" --limit 3'
COLUMNS, ROWS = 92, 34

FONT = "ui-monospace, SFMono-Regular, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
SIZE, CELL, LINE = 14, 8.4, 20  # pixels; a monospace character is 0.6 of its size wide, or told to be
MARGIN, BAR = 22, 38  # around the text; the height of the window's bar

CSS = f"""\
text {{ font: {SIZE}px {FONT}; fill: #c9d1d9; white-space: pre }}
.bold {{ font-weight: 700; fill: #f0f6fc }}
.dim {{ fill: #8b949e }}
.red {{ fill: #ff7b72 }}
.mark {{ fill: #e3b341 }}
.boldmark {{ font-weight: 700; fill: #f2cc60 }}
.prompt {{ font-weight: 700; fill: #7ee787 }}
.link {{ fill: #8b949e; text-decoration: underline }}
.rule {{ stroke: #484f58 }}
"""


class Style(NamedTuple):
    """What SGR sequences have switched on."""

    bold: bool = False
    dim: bool = False
    underline: bool = False
    colour: int = 0

    def name(self) -> str:
        """The CSS class; empty for plain text."""
        if self.colour == 33:
            return "boldmark" if self.bold else "mark"
        if self.colour == 31:
            return "red"
        if self.underline:
            return "link"
        return "bold" if self.bold else "dim" if self.dim else ""


def apply(style: Style, code: int) -> Style:
    """The style after one SGR number. One that this script has never met is an error, not a guess."""
    if code == 0:
        return Style()
    if code in (31, 33):
        return style._replace(colour=code)
    return style._replace(**{{1: "bold", 2: "dim", 4: "underline"}[code]: True})


class Run(NamedTuple):
    """Text of one style at a place in its line."""

    column: int
    text: str
    style: str


def runs_of(output: str) -> list[list[Run]]:
    """The printed lines, each as runs."""
    lines, style = [], Style()
    for line in output.split("\n"):
        runs, column = [], 0
        for text, codes in re.findall(r"([^\x1b]+)|\x1b\[([0-9;]*)m", line):
            for code in codes.split(";") if codes else []:
                style = apply(style, int(code))
            if text:
                if any(east_asian_width(c) in "WF" for c in text):
                    raise ValueError(f"wide characters are not drawn: {text!r}")
                runs.append(Run(column, text, style.name()))
                column += len(text)
        lines.append(runs)
    return lines


def environment(index: str) -> dict[str, str]:
    return {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PAGER": "cat", "KSEARCH_INDEX": index}


def capture(program: Path) -> str:
    """What the program prints on a terminal of COLUMNS by ROWS."""
    with tempfile.TemporaryDirectory() as folder:
        index = f"{folder}/index"
        sample = str(ROOT / "corpus" / "sample")
        subprocess.run([program, "index", "--quiet", sample], check=True, env=environment(index))
        pid, terminal = pty.fork()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execve(program, ["ksearch", *QUERY], environment(index))
        output = b""
        while chunk := read(terminal):
            output += chunk
        _, status = os.waitpid(pid, 0)
    if status:
        raise SystemExit(f"{program} ended with status {os.waitstatus_to_exitcode(status)}")
    return output.decode().replace("\r\n", "\n").rstrip("\n")


def read(terminal: int) -> bytes:
    """The next bytes; none at the end, which Linux reports as an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def draw_rule(run: Run, middle: float) -> str:
    """A stretch of box-drawing dashes, as the one line it is meant to be."""
    start = MARGIN + run.column * CELL
    return f'<path class="rule" d="M{start:.1f} {middle}h{len(run.text) * CELL:.1f}"/>'


def draw_run(run: Run, baseline: float) -> str:
    """A run without the blanks around it, held to the grid whatever the font is."""
    text = run.text.strip(" ")
    column = run.column + len(run.text) - len(run.text.lstrip(" "))
    style = f' class="{run.style}"' if run.style else ""
    length = f' textLength="{len(text) * CELL:.1f}"' if len(text) > 1 else ""
    return f'<text x="{MARGIN + column * CELL:.1f}" y="{baseline}"{length}{style}>{escape(text)}</text>'


def split_rules(run: Run) -> list[Run]:
    """The run cut into dashes and other text."""
    pieces, column = [], run.column
    for text in re.findall("─+|[^─]+", run.text):
        pieces.append(Run(column, text, run.style))
        column += len(text)
    return pieces


def draw_line(runs: list[Run], top: float) -> list[str]:
    drawn = []
    for run in (piece for run in runs for piece in split_rules(run)):
        if run.text.startswith("─"):
            drawn.append(draw_rule(run, top + LINE / 2))
        elif run.text.strip(" "):
            drawn.append(draw_run(run, top + 15))
    return drawn


def draw_window(width: float, height: float) -> list[str]:
    middle = BAR / 2
    dots = [(22, "#ff5f57"), (42, "#febc2e"), (62, "#28c840")]
    return [
        f'<rect x=".5" y=".5" width="{width - 1:g}" height="{height - 1:g}" rx="10" fill="#0d1117" stroke="#30363d"/>',
        f'<path d="M.5 {BAR}V10.5a10 10 0 0 1 10-10H{width - 10.5:g}a10 10 0 0 1 10 10V{BAR}z" '
        'fill="#161b22" stroke="#30363d"/>',
        *(f'<circle cx="{x}" cy="{middle:g}" r="6" fill="{colour}"/>' for x, colour in dots),
    ]


def picture(lines: list[list[Run]]) -> str:
    prompt = [Run(0, "$", "prompt"), Run(2, PROMPT, "bold")]
    lines = [prompt, *lines]
    width = round(2 * MARGIN + COLUMNS * CELL)
    height = BAR + 2 * 14 + len(lines) * LINE
    body = draw_window(width, height)
    for number, runs in enumerate(lines):
        body += draw_line(runs, BAR + 14 + number * LINE)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">',
        "<!-- Made by docs/tools/terminal_picture.py from what the program printed; do not edit. -->",
        f'<title id="title">A terminal: {escape(PROMPT)}, and three records found</title>',
        f"<style>\n{CSS}</style>",
        *body,
        "</svg>\n",
    ])


def main() -> None:
    parser = argparse.ArgumentParser(description="Draws docs/terminal.svg.")
    parser.add_argument("--program", type=Path, default=ROOT / "build" / "ksearch")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "terminal.svg")
    arguments = parser.parse_args()
    svg = picture(runs_of(capture(arguments.program.resolve())))
    arguments.output.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
