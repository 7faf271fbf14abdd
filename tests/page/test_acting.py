"""What a member does on the page: writing, commands, and the menu of a message."""

from __future__ import annotations

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from sandbox import story
from sandbox.room import Room
from tests.page.screens import Screens, go, message

pytestmark = pytest.mark.asyncio(loop_scope="module")

THREE_LINES_HIGH = 60
TOO_LARGE = 10 * 1024 * 1024 + 1


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message #papers")


def option(page: Page, name: str) -> Locator:
    """The field of a command's option."""
    return page.get_by_role("group", name="Command /").get_by_role("textbox", name=name, exact=True)


async def write(page: Page, text: str) -> Locator:
    """Sends a message; gives it as it is drawn."""
    await box(page).fill(text)
    await box(page).press("Enter")
    await expect(message(page, text)).to_be_visible()
    return message(page, text)


async def choose(page: Page, drawn: Locator, entry: str) -> None:
    """Chooses from the menu of a message."""
    await drawn.click(button="right")
    await page.get_by_role("menu").get_by_role("menuitem", name=entry).click()


async def entries(page: Page, drawn: Locator) -> list[str]:
    await drawn.click(button="right")
    await expect(page.get_by_role("menu")).to_be_visible()
    names = await page.get_by_role("menuitem").all_inner_texts()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    return names


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


async def use(page: Page, command: str) -> None:
    """Types a command's name and chooses it from the list."""
    await box(page).press_sequentially(f"/{command}")
    await expect(page.get_by_role("listbox")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("group", name=f"Command /{command}")).to_be_visible()


async def test_enter_sends_and_shift_enter_makes_a_line(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    await box(page).press_sequentially("one")
    for line in ("two", "three"):
        await box(page).press("Shift+Enter")
        await box(page).press_sequentially(line)
    size = await box(page).bounding_box()
    assert size is not None
    assert size["height"] > THREE_LINES_HIGH
    await box(page).press("Enter")
    await expect(message(page, "three")).to_be_visible()
    await expect(box(page)).to_have_value("")
    assert room.papers.messages[-1].content == "one\ntwo\nthree"


async def test_up_edits_the_last_message_and_escape_leaves_it(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    await write(page, "a first thouhgt")
    edit = page.get_by_role("textbox", name="Edit message")
    await box(page).press("ArrowUp")
    await edit.fill("something else")
    await edit.press("Escape")
    await expect(message(page, "a first thouhgt")).to_be_visible()
    await expect(box(page)).to_be_focused()
    await box(page).press("ArrowUp")
    await edit.fill("a first thought")
    await edit.press("Enter")
    await expect(message(page, "a first thought")).to_contain_text("(edited)")
    assert room.papers.messages[-1].content == "a first thought"


async def test_deleting_asks_unless_shift_is_held(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    first = await write(page, "first to go")
    await choose(page, first, "Delete message")
    await page.get_by_role("button", name="Cancel").click()
    await expect(first).to_be_visible()
    await choose(page, first, "Delete message")
    await page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    await expect(first).to_have_count(0)
    second = await write(page, "second to go")
    await second.click(button="right")
    await page.get_by_role("menuitem", name="Delete message").click(modifiers=["Shift"])
    await expect(second).to_have_count(0)
    await expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("pings", [True, False])
async def test_replying(room: Room, open_page: Screens, pings: bool) -> None:
    original = await room.mara.post(room.papers, "who will read it?")
    page = await open_page(room.ada, channel="papers")
    await message(page, "who will read it?").hover()
    await message(page, "who will read it?").get_by_role("button", name="Reply").click()
    await expect(page.get_by_text("Replying to Mara")).to_be_visible()
    if not pings:
        await page.get_by_role("switch", name="Ping").click()
    await box(page).fill("I will")
    await box(page).press("Enter")
    await expect(message(page, "I will").get_by_role("button", name="Jump to the message by Mara")).to_be_visible()
    await expect(page.get_by_text("Replying to Mara")).to_be_hidden()
    answer = room.papers.messages[-1]
    assert answer.reference is not None
    assert answer.reference.message_id == original.id
    assert (room.mara.id in {user.id for user in answer.mentioned}) is pings


async def test_forwarding_to_another_channel(room: Room, open_page: Screens) -> None:
    await room.mara.post(room.papers, "worth a look")
    page = await open_page(room.ada, channel="papers")
    await choose(page, message(page, "worth a look"), "Forward")
    dialog = page.get_by_role("dialog", name="Forward message")
    await expect(dialog.get_by_role("button", name="Send")).to_be_disabled()
    await dialog.get_by_label("Search channels").fill("start")
    await dialog.get_by_label("start-here").check()
    await dialog.get_by_label("Optional message").fill("for everybody")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog).to_have_count(0)
    await go(page, "start-here")
    await expect(message(page, "Forwarded")).to_contain_text("worth a look")
    await expect(message(page, "for everybody")).to_be_visible()


async def test_reacting_from_the_choice_of_emoji(room: Room, open_page: Screens) -> None:
    sent = await room.mara.post(room.papers, "done?")
    page = await open_page(room.ada, channel="papers")
    await choose(page, message(page, "done?"), "Add reaction")
    await page.get_by_label("Find an emoji").fill("fire")
    await page.keyboard.press("Enter")
    await expect(message(page, "done?").get_by_role("button", name="🔥, 1 reaction")).to_be_visible()
    assert list(sent.reactions) == ["🔥"]


async def test_the_menu_offers_what_the_member_may_do(room: Room, open_page: Screens) -> None:
    await room.ada.post(room.papers, "a message of Ada's")
    others = ["Add reaction", "Reply", "Forward", "Create thread"]
    copying = ["Apps", "Copy text", "Copy message link"]
    offered = {
        room.ada: ["Add reaction", "Edit message", "Reply", "Forward", "Create thread", *copying, "Delete message"],
        room.grace: [*others, *copying],
        room.mara: [*others, "Pin message", *copying, "Delete message"],
        room.linus: ["Forward", "Copy text", "Copy message link"],
    }
    for person, expected in offered.items():
        page = await open_page(person, channel="papers")
        assert await entries(page, message(page, "a message of Ada's")) == expected, person.name


async def test_the_menu_with_the_keyboard(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    drawn = await write(page, "copied words")
    await drawn.get_by_role("button", name="Message menu").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Add reaction")).to_be_focused()
    for key in ("End", "ArrowUp", "ArrowUp"):
        await page.keyboard.press(key)
    await page.keyboard.press("Enter")
    assert await page.evaluate("navigator.clipboard.readText()") == "copied words"
    await expect(page.get_by_role("menu")).to_have_count(0)


async def test_pinning_and_a_thread_from_a_message(room: Room, open_page: Screens) -> None:
    sent = await room.ada.post(room.papers, "worth keeping")
    page = await open_page(room.mara, channel="papers")
    await choose(page, message(page, "worth keeping"), "Pin message")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await page.get_by_role("button", name="Pinned messages").click()
    pins = page.get_by_role("dialog", name="Pinned messages")
    await expect(pins).to_contain_text("worth keeping")
    await page.keyboard.press("Escape")
    assert sent.pinned
    assert await entries(page, message(page, "worth keeping")) == [
        "Add reaction",
        "Reply",
        "Forward",
        "Create thread",
        "Unpin message",
        "Apps",
        "Copy text",
        "Copy message link",
        "Delete message",
    ]
    await choose(page, message(page, "worth keeping"), "Create thread")
    await page.get_by_label("Thread name").fill("About it")
    await page.get_by_role("button", name="Create thread").click()
    await expect(page.get_by_role("heading", name="About it", level=1)).to_be_visible()
    assert sent.thread is not None


async def test_who_may_not_write_has_no_box(room: Room, open_page: Screens) -> None:
    page = await open_page(room.linus, channel="papers")
    await expect(page.get_by_text("You do not have permission to send messages in this channel.")).to_be_visible()
    await expect(page.get_by_role("textbox")).to_have_count(0)


async def test_mentions_are_suggested(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    await box(page).press_sequentially("ask @gra")
    await page.keyboard.press("Enter")
    await box(page).press_sequentially("in #start")
    await page.get_by_role("option", name="start-here").click()
    await expect(box(page)).to_have_value(f"ask <@{room.grace.id}> in <#{room.start_here.id}> ")


async def test_files_go_along_and_large_ones_do_not(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    chooser = page.locator(".composer input[type=file]").first
    files = [_file("one.txt", b"words"), _file("two.txt", b"words"), _file("big.bin", bytes(TOO_LARGE))]
    await chooser.set_input_files(files)
    await expect(page.get_by_text("big.bin is too large")).to_be_visible()
    await page.get_by_role("button", name="Remove one.txt").click()
    await box(page).press("Enter")
    await expect(message(page, "two.txt")).to_be_visible()
    assert [file.filename for file in room.papers.messages[-1].attachments] == ["two.txt"]


async def test_a_draft_waits_in_its_channel(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    await box(page).fill("half a thou")
    await go(page, "start-here")
    await expect(page.get_by_role("textbox", name="Message #start-here")).to_have_value("")
    await go(page, "papers")
    await expect(box(page)).to_have_value("half a thou")


async def test_the_list_of_commands_is_the_members(room: Room, open_page: Screens) -> None:
    for person, may in ((room.mara, True), (room.ada, False)):
        page = await open_page(person, channel="papers")
        await box(page).press_sequentially("/")
        await expect(page.get_by_role("option", name="/list ")).to_be_visible()
        await expect(page.get_by_role("option", name="/settings show ")).to_have_count(int(may))


async def test_a_command_with_choices(room: Room, open_page: Screens) -> None:
    await story.tell(room)
    page = await open_page(room.ada, channel="papers")
    await use(page, "list")
    await page.get_by_role("button", name="Add sort").click()
    await option(page, "sort").press_sequentially("tit")
    await page.get_by_role("option", name="title").click()
    await page.keyboard.press("Enter")
    await expect(message(page, "Only you can see this")).to_be_visible()
    await expect(box(page)).to_be_focused()


async def test_autocomplete_offers_what_the_bot_knows(room: Room, open_page: Screens) -> None:
    await story.tell(room)
    page = await open_page(room.grace, channel="papers")
    await use(page, "paper")
    await option(page, "paper").press_sequentially("atten")
    await page.get_by_role("option", name="Attention Is All You Need").click()
    await expect(option(page, "paper")).to_have_value("Attention Is All You Need")
    await page.keyboard.press("Enter")
    await expect(message(page, "Grace used /paper")).to_contain_text("Ashish Vaswani")


async def test_a_required_option_is_asked_for(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    await use(page, "paper")
    await page.get_by_role("button", name="Send command").click()
    await expect(page.get_by_role("alert").filter(has_text="This option is required. Specify a value")).to_be_visible()
    await expect(option(page, "paper")).to_be_focused()
    await page.keyboard.press("Backspace")
    await expect(box(page)).to_have_value("/paper")


async def test_an_optional_option_comes_and_goes(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    await use(page, "save")
    await page.get_by_role("button", name="Add tags").click()
    await expect(option(page, "tags")).to_be_focused()
    await page.keyboard.press("Backspace")
    await expect(option(page, "tags")).to_have_count(0)
    await expect(page.get_by_role("button", name="Add tags")).to_be_visible()


async def test_what_is_no_command_is_sent_as_text(room: Room, open_page: Screens) -> None:
    page = await open_page(room.ada, channel="papers")
    await write(page, "/shrug at nothing")
    assert room.papers.messages[-1].content == "/shrug at nothing"
