"""Colours can be told from their ground by anybody: WCAG 2.2 level AA, in both themes."""

import pytest

from ctpanel.ui.theme import DARK, LIGHT, Colours

TEXT = 4.5
GRAPHIC = 3.0


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "ground"),
    [
        *[("text", g) for g in ("window", "surface", "raised", "paper_tint", "sim_tint")],
        *[("muted", g) for g in ("window", "surface", "paper_tint", "sim_tint", "live_tint")],
        *[("text", "live_tint"), ("long", "surface"), ("short", "surface")],
        *[("wrong", "surface"), ("wrong", "window"), ("warn", "surface"), ("good", "surface")],
        *[("on_fill", g) for g in ("long_fill", "short_fill", "long_hover", "short_hover")],
        *[("window", g) for g in ("paper", "sim", "live")],
    ],
)
def test_text_can_be_read_on_its_ground(colours: Colours, front: str, ground: str) -> None:
    assert contrast(getattr(colours, front), getattr(colours, ground)) >= TEXT


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("front", ["focus", "paper", "sim", "live", "wrong", "warn", "good"])
def test_frames_can_be_seen_on_the_window(colours: Colours, front: str) -> None:
    assert contrast(getattr(colours, front), colours.window) >= GRAPHIC


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_long_and_short_differ_in_more_than_red_and_green(colours: Colours) -> None:
    long, short = (int(c[5:7], 16) for c in (colours.long, colours.short))
    assert long - short > 64
