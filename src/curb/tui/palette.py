"""Every command by its name: what is typed, what fits it, best first."""

from dataclasses import dataclass, replace

from curb.tui.commands import Command, known
from curb.tui.helping import keys_of
from curb.tui.line import clean, left
from curb.tui.ui import Card, Prompt, Ui
from curb.tui.view import View

KIND = "command"
_ROWS = 10
_NAME_CELLS, _WORD_CELLS, _KEY_CELLS = 16, 48, 9
_TEXT_CELLS = 24
# What is found in the explanation alone comes after every name.
_FAR = 1000


@dataclass(frozen=True, slots=True)
class Match:
    """A command that fits, and what was typed behind its name."""

    command: Command
    argument: str = ""


def matches(text: str, view: View) -> tuple[Match, ...]:
    """Return the commands that fit a text, best first; all of them for no text."""
    commands = known(is_observing=view.is_observing)
    wanted = " ".join(text.lower().split())
    if not wanted:
        return tuple(map(Match, commands))
    found = [(cost, Match(c)) for c in commands if (cost := _cost(wanted, c)) is not None]
    found += [(-1, Match(c, argument)) for c in commands if (argument := _argument(text, c))]
    return tuple(match for _, match in sorted(found, key=lambda pair: pair[0]))


def opened(ui: Ui, view: View) -> Ui:
    """Return the screen with the palette open."""
    return offered(replace(ui, prompt=Prompt(KIND, ":")), view)


def offered(ui: Ui, view: View) -> Ui:
    """Return the screen with the sheet of what fits the text typed so far."""
    if ui.prompt is None:
        return ui
    found = matches(ui.prompt.text, view)
    at = min(ui.prompt.at, max(len(found) - 1, 0))
    top = max(at - _ROWS + 1, 0)
    rows = [_row(match, view, is_chosen=i == at) for i, match in enumerate(found)]
    lines = tuple(rows[top : top + _ROWS]) or ((" no command is called so", "warn"),)
    count = f"{at + 1}/{len(found)}" if found else "0"
    title = f"Commands · {clean(ui.prompt.text, _TEXT_CELLS)}_ · {count}"
    ways = ((" up down choose   enter runs   esc closes", "title"),)
    prompt = replace(ui.prompt, at=at)
    return replace(ui, prompt=prompt, card=Card("palette", title, lines, ways=ways))


def _row(match: Match, view: View, *, is_chosen: bool) -> tuple[str, str]:
    command = match.command
    name = f"{command.name} {match.argument}" if match.argument else command.call
    key = left(keys_of(command, view), _KEY_CELLS)
    mark = ">" if is_chosen else " "
    # Of one width whatever fits, so that the sheet stands still while one types.
    words = left(view.keys.filled(command.long), _WORD_CELLS)
    text = f"{mark}{key} {left(clean(name, _NAME_CELLS), _NAME_CELLS)} {words}"
    return text, "focus" if is_chosen else "text"


def _argument(text: str, command: Command) -> str:
    """Return what stands behind the command's name, "" where it takes nothing or is another."""
    words, name = text.split(), command.name.split()
    is_it = [word.lower() for word in words[: len(name)]] == name
    return " ".join(words[len(name) :]) if is_it and command.takes else ""


def _cost(wanted: str, command: Command) -> int | None:
    """Return how badly a text fits a command, None where its letters are not even there."""
    costs = [_gaps(wanted, command.name)]
    if wanted in command.long.lower():
        costs.append(_FAR + command.long.lower().index(wanted))
    return min((cost for cost in costs if cost is not None), default=None)


def _gaps(wanted: str, words: str) -> int | None:
    """Return how far apart the letters stand in `words`, in order; a word's start is near."""
    costs = (_walk(wanted, words, by_word) for by_word in (False, True))
    return min((cost for cost in costs if cost is not None), default=None)


def _walk(wanted: str, words: str, by_word: bool) -> int | None:
    at, cost = -1, len(words)
    for letter in wanted:
        start = f" {words}".find(f" {letter}", at + 1)
        is_next = words[at + 1 : at + 2] == letter and at >= 0
        found = (
            at + 1 if is_next else start if by_word and start >= 0 else words.find(letter, at + 1)
        )
        if found < 0:
            return None
        cost += 0 if is_next else 1 if found == start else 10 * (found - at)
        at = found
    return cost
