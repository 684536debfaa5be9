"""Waits for the question before a change, and for the moment from which its keys count."""

import asyncio

from textual.message import Message
from textual.pilot import Pilot

from jobdash.tui.screens.confirm import ConfirmScreen


async def question(pilot: Pilot[None], seconds: float = 15.0) -> ConfirmScreen:
    """The question, once it can be answered; TimeoutError when there is none."""
    async with asyncio.timeout(seconds):
        while not (isinstance(screen := pilot.app.screen, ConfirmScreen) and Message().time >= screen._counts_from):
            await asyncio.sleep(0.01)
    return screen
