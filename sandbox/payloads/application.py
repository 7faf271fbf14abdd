"""The application and its commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.payloads.basics import Json
from sandbox.payloads.users import user

if TYPE_CHECKING:
    from sandbox.state.application import Application, Command


def command(registered: Command, application: Application) -> Json:
    body = registered.body
    payload: Json = {
        "id": str(registered.id),
        "application_id": str(application.id),
        "version": str(registered.version),
        "type": int(registered.kind),
        "name": registered.name,
        "name_localizations": body.get("name_localizations"),
        "description": body.get("description") or "",
        "description_localizations": body.get("description_localizations"),
        "default_member_permissions": body.get("default_member_permissions"),
        "nsfw": bool(body.get("nsfw")),
        "options": registered.options,
    }
    if registered.guild_id is not None:
        return payload | {"guild_id": str(registered.guild_id)}
    return payload | {
        "dm_permission": body.get("dm_permission", True),
        "contexts": body.get("contexts"),
        "integration_types": body.get("integration_types") or [0],
    }


def application(app: Application) -> Json:
    owner = {
        "id": str(app.id - 2),
        "username": "owner",
        "discriminator": "0",
        "global_name": "Owner",
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    return {
        "id": str(app.id),
        "name": app.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(app.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "00" * 32,
        "flags": app.flags,
        "flags_new": str(app.flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": owner,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }
