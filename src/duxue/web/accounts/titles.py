"""What the actions on people, roles and tokens are called in the audit."""

from __future__ import annotations

from duxue.web.common.lang import Words, say

TITLES: dict[str, Words] = {
    "duxue.grant.given": say("授予角色", "Gave a role"),
    "duxue.grant.revoked": say("收回角色", "Revoked a role"),
    "duxue.grant.limited": say("设定角色期限", "Set the end of a role"),
    "duxue.invitation.made": say("发出邀请", "Invited a person"),
    "duxue.invitation.renewed": say("重新发出邀请", "Invited a person again"),
    "duxue.invitation.revoked": say("撤回邀请", "Withdrew an invitation"),
    "duxue.invitation.accepted": say("接受邀请", "Took up an invitation"),
    "duxue.identity.connected": say("连接统一身份账号", "Connected an identity"),
    "duxue.token.made": say("建立接口令牌", "Made a token"),
    "duxue.token.revoked": say("吊销接口令牌", "Revoked a token"),
    "duxue.user.activated": say("恢复账号", "Opened an account again"),
    "duxue.user.deactivated": say("停用账号", "Deactivated an account"),
}
