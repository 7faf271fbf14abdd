"""Accounts, roles and memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.payloads.basics import Json, instant

if TYPE_CHECKING:
    from sandbox.permissions import Permission
    from sandbox.state.users import Member, Role, User


def user(account: User) -> Json:
    payload: Json = {
        "id": str(account.id),
        "username": account.name.lower().replace(" ", "_"),
        "discriminator": "0",
        "global_name": None if account.is_bot else account.name,
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    if account.is_bot:
        payload |= {"username": account.name, "bot": True}
    return payload


def own_user(account: User) -> Json:
    """The bot's account as the bot itself gets it."""
    return user(account) | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


def role(group: Role) -> Json:
    owner: Json = {} if group.bot_id is None else {"tags": {"bot_id": str(group.bot_id)}}
    return {
        "id": str(group.id),
        "name": group.name,
        "permissions": str(int(group.permissions)),
        "position": group.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": group.bot_id is not None,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    } | owner


def member(membership: Member, *, with_user: bool = True) -> Json:
    payload: Json = {
        "roles": [str(role_id) for role_id in sorted(membership.role_ids)],
        "nick": None,
        "avatar": None,
        "banner": None,
        "joined_at": instant(membership.joined_at),
        "premium_since": None,
        "pending": False,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "communication_disabled_until": instant(membership.timed_out_until),
    }
    if with_user:
        payload["user"] = user(membership.user)
    return payload


def member_with_permissions(membership: Member, allowed: Permission) -> Json:
    """As in interactions."""
    return member(membership) | {"permissions": str(int(allowed))}
